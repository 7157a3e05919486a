/** Where the frames of a zstd file end (RFC 8878). */
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** What comes next in the file. */
type State =
  | { readonly at: 'frame' | 'header' | 'block' }
  /** Bytes of a block or a skippable frame. */
  | { readonly at: 'content'; left: number; readonly followedBy: 'frame' | 'block' };

/**
 * Splits the chunks of a stream at the boundaries of zstd frames. Node's decoder silently drops whatever follows the end
 * of a frame in the same chunk, and large files consist of many frames. Skippable frames are removed.
 *
 * @throws Error if the bytes are not zstd; with code `Z_BUF_ERROR`, as of zlib, if they are truncated
 */
export async function* cutAtFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  let state: State = { at: 'frame' };
  let hasChecksum = false;
  let isSkipped = false;
  let hasFrame = false;
  for await (const chunk of chunks) {
    held = held.length === 0 ? bufferOf(chunk) : Buffer.concat([held, chunk]);
    for (;;) {
      if (state.at === 'content') {
        const bytes = held.subarray(0, state.left);
        held = held.subarray(bytes.length);
        state.left -= bytes.length;
        if (!isSkipped && bytes.length > 0) yield bytes;
        if (state.left > 0) break;
        state = { at: state.followedBy };
      } else if (state.at === 'frame') {
        if (held.length < 4) break;
        const magic = held.readUInt32LE(0);
        isSkipped = magic >>> 4 === SKIPPABLE >>> 4;
        if (isSkipped) {
          if (held.length < 8) break;
          const left = held.readUInt32LE(4);
          held = held.subarray(8);
          state = { at: 'content', left, followedBy: 'frame' };
        } else if (magic === MAGIC) {
          state = { at: 'header' };
        } else {
          throw new Error('the bytes are not those of a zstd frame');
        }
      } else if (state.at === 'header') {
        const length = headerLength(held);
        if (length === undefined || held.length < length) break;
        hasFrame = true;
        hasChecksum = (held[4]! & 4) !== 0;
        yield held.subarray(0, length);
        held = held.subarray(length);
        state = { at: 'block' };
      } else {
        if (held.length < 3) break;
        const block = held.readUIntLE(0, 3);
        const isLast = (block & 1) !== 0;
        // An RLE block stores a single byte.
        const size = ((block >> 1) & 3) === 1 ? 1 : block >> 3;
        const left = 3 + size + (isLast && hasChecksum ? 4 : 0);
        state = { at: 'content', left, followedBy: isLast ? 'frame' : 'block' };
      }
    }
  }
  // Before Node 24, the decoder does not report truncated input.
  if (!hasFrame || state.at !== 'frame' || held.length > 0) {
    throw Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR' });
  }
}

/** Length of magic number and frame header; undefined until the descriptor byte is available. */
function headerLength(bytes: Buffer): number | undefined {
  const descriptor = bytes[4];
  if (descriptor === undefined) return undefined;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  return 5 + (isSingleSegment ? 0 : 1) + dictionary + contentSize;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
