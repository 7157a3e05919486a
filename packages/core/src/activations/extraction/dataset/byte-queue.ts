/** Takes pieces of a given length from a stream. */
export interface ByteQueue {
  /** Returns the next bytes without removing them; fewer at the end of the stream. */
  peek(length: number): Promise<ArrayBuffer>;
  /** @throws Error if fewer bytes are left */
  take(length: number): Promise<ArrayBuffer>;
  /** Ends the stream. */
  close(): Promise<void>;
}

export function byteQueue(chunks: AsyncIterable<Uint8Array>): ByteQueue {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Uint8Array[] = [];
  let length = 0;

  const fill = async (wanted: number): Promise<void> => {
    while (length < wanted) {
      const next = await iterator.next();
      if (next.done === true) return;
      held.push(next.value);
      length += next.value.length;
    }
  };
  /** Copies into a separate buffer, because parsers may read past the end of a view into the rest of its buffer. */
  const copy = (wanted: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(Math.min(wanted, length));
    let at = 0;
    for (const chunk of held) {
      const part = chunk.subarray(0, bytes.length - at);
      bytes.set(part, at);
      at += part.length;
      if (at === bytes.length) break;
    }
    return bytes;
  };
  const drop = (count: number): void => {
    length -= count;
    let left = count;
    let whole = 0;
    while (whole < held.length && held[whole]!.length <= left) left -= held[whole++]!.length;
    held = held.slice(whole);
    if (left > 0) held[0] = held[0]!.subarray(left);
  };
  return {
    async peek(wanted) {
      await fill(wanted);
      return copy(wanted).buffer;
    },
    async take(wanted) {
      await fill(wanted);
      if (length < wanted) throw new Error('it ends in the middle of a page');
      const bytes = copy(wanted);
      drop(wanted);
      return bytes.buffer;
    },
    close: async () => void (await iterator.return?.()),
  };
}
