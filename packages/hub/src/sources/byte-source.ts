/** A local or remote file that can be read as a stream or in parts. */
export interface ByteSource {
  /** Name in messages: a path, or `dataset OWNER/NAME, PATH`. */
  readonly name: string;
  /** Path of the file. Its extension determines the format. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /**
   * Streams the bytes from `start` up to, but not including, `end`. Stopping early closes the file or connection.
   *
   * @throws {SaeLabError} while iterating: hub.unreachable and other request errors; errors of the operating system
   */
  stream(range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface ByteRange {
  /** @default 0 */
  readonly start?: number;
  /** @default the end of the file */
  readonly end?: number;
}

/** Reads a part of a source into one array. */
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
  // The file may have become shorter since its size was read.
  return at === bytes.length ? bytes : bytes.subarray(0, at);
}
