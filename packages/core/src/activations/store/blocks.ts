/** What both orders of training rows are made of: blocks of consecutive rows, and chunks of blocks in memory. */

/** Maximum size of a block. Wide rows make blocks of fewer rows, so that a chunk always mixes many blocks. */
const BLOCK_BYTES = 32 * 2 ** 10;
const MOST_BLOCK_ROWS = 64;
/** Maximum number of neighbouring blocks that are read at once. */
export const READ_BLOCKS = 64;
const BUFFER_BYTES = 64 * 2 ** 20;

/** Rows in memory, [rows, dIn], and the order in which they are handed out. */
export interface Chunk {
  readonly values: Float32Array;
  readonly order: Uint32Array;
}

/** Rows of a block. */
export function blockRowsOf(dIn: number): number {
  return Math.min(MOST_BLOCK_ROWS, Math.max(1, Math.floor(BLOCK_BYTES / (dIn * 4))));
}

/** How many blocks are shuffled at once. If they do not all fit the buffer, two chunks share it. */
export function chunksIn(
  blocks: number,
  blockBytes: number,
  bufferBytes = BUFFER_BYTES,
): { readonly fits: boolean; readonly blocksPerChunk: number } {
  const fits = blocks <= Math.max(1, Math.floor(bufferBytes / blockBytes));
  return { fits, blocksPerChunk: fits ? blocks : Math.max(1, Math.floor(bufferBytes / 2 / blockBytes)) };
}

export function copyScaled(row: Float32Array, into: Float32Array, offset: number, factor: number): void {
  if (factor === 1) return into.set(row, offset);
  for (let i = 0; i < row.length; i++) into[offset + i] = row[i]! * factor;
}

/** Moves the rows of the split to the front; returns their number. */
export function keep(
  values: Float32Array,
  dIn: number,
  documentHashes: Int32Array,
  isMember: (documentHash: number) => boolean,
): number {
  let kept = 0;
  documentHashes.forEach((hash, row) => {
    if (isMember(hash)) values.copyWithin(kept++ * dIn, row * dIn, (row + 1) * dIn);
  });
  return kept;
}
