/** A file's bytes, here or on the hub, as a stream or in parts. */
export interface ByteSource {
  /** What messages call it: a path, or `dataset OWNER/NAME, PATH`. */
  readonly name: string;
  /** Name of the file, whose ending tells its format. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /**
   * The bytes from `start` up to but without `end`, as they arrive. Breaking off closes the file or connection.
   *
   * @throws while iterating: {SaeLabError} hub.unreachable and others of a request; the operating system's error
   */
  stream(range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface ByteRange {
  /** @default 0 */
  readonly start?: number;
  /** @default the size of the file */
  readonly end?: number;
}

/** Part of a source as one array. */
export async function readRange(
  source: ByteSource,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let at = 0;
  for await (const chunk of source.stream({ start, end }, signal)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  // A file that has become shorter since its size was read.
  return at === bytes.length ? bytes : bytes.subarray(0, at);
}
