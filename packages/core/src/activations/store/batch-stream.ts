/**
 * Shuffled training batches in bounded memory. The rows on disk form blocks of consecutive rows. An epoch is a permutation
 * of all blocks, cut into chunks. A chunk's rows are shuffled in memory, so that a batch mixes rows from everywhere. The
 * next chunk is read while the current one is handed out.
 *
 * Every row of the split appears exactly once per epoch. A batch may begin in one epoch and end in the next. Memory: two
 * chunks, and 4 bytes per block for the permutation.
 */
import { seeded, shuffle } from '../../random/seeded.ts';
import { blockRowsOf, chunksIn, copyScaled, keep, READ_BLOCKS, type Chunk } from './blocks.ts';
import { membership, type Split } from './holdout.ts';
import type { Manifest } from './manifest.ts';
import { withShard } from './shard-reader.ts';
import { emptySplit, otherStream } from './stream-errors.ts';
import type { StreamPosition } from './stream-position.ts';

export interface BatchStreamOptions {
  /** Rows per batch. */
  batchSize: number;
  split: Split;
  /** Decides the order of the rows. */
  seed: number;
  /** Every number is multiplied by this, in float32. Default 1. */
  scale?: number | undefined;
  /** Memory for the rows of the current chunk and the one that is read ahead. Default 64 MiB. */
  bufferBytes?: number | undefined;
  /** Where to continue. The batches are the same as if the stream had never stopped. */
  position?: StreamPosition | undefined;
}

export interface BatchStream {
  /** Whether the next batch is on disk. False only while activations are streamed. */
  ready(): Promise<boolean>;
  /**
   * The next batch, [batchSize, dIn]. The stream is endless.
   *
   * @throws {SaeLabError} `activations.empty-split` if the split has no row
   */
  next(): Promise<Float32Array>;
  /** The next rows, unscaled and without consuming them: `next` returns them again. [rows, dIn] */
  peek(rows: number): Promise<Float32Array>;
  /** The position after the last batch. */
  position(): StreamPosition;
  /** Stops reading ahead. */
  close(): Promise<void>;
}

export function openBatchStream(
  folder: string,
  manifest: Manifest,
  { batchSize, split, seed, scale = 1, bufferBytes, position }: BatchStreamOptions,
): BatchStream {
  const { dIn, shards } = manifest;
  const isMember = membership(split);
  const blockRows = blockRowsOf(dIn);
  const firstBlocks = [0];
  for (const shard of shards) firstBlocks.push(firstBlocks.at(-1)! + Math.ceil(shard.rows / blockRows));
  const blocks = firstBlocks.at(-1)!;
  const blockBytes = blockRows * dIn * 4;
  // A store that fits the buffer is read once and stays in memory.
  const { fits, blocksPerChunk } = chunksIn(blocks, blockBytes, bufferBytes);
  const chunks = Math.ceil(blocks / blocksPerChunk);
  const buffers = Array.from(
    { length: Math.min(2, chunks) },
    () => new Float32Array((blocksPerChunk * blockBytes) / 4),
  );
  let loads = 0;

  let cursor = { epoch: 0, chunk: 0, row: 0 };
  if (position !== undefined) {
    const { epoch, chunk, row } = position;
    const inside =
      [epoch, chunk, row].every((count) => Number.isSafeInteger(count) && count >= 0) && chunk < chunks;
    const isOther = position.seed !== seed || position.blocksPerChunk !== blocksPerChunk;
    if (isOther || position.window !== undefined || !inside) {
      throw otherStream(position, { seed, blocksPerChunk, chunks });
    }
    cursor = { epoch, chunk, row };
  }

  let permutation: { epoch: number; order: Uint32Array } | undefined;
  const blockOrder = (epoch: number): Uint32Array => {
    if (permutation?.epoch !== epoch) {
      const order = Uint32Array.from({ length: blocks }, (_, block) => block);
      // A single chunk holds all blocks, and shuffling its rows is enough.
      permutation = { epoch, order: fits ? order : shuffle(order, seeded(seed, 'blocks', epoch)) };
    }
    return permutation.order;
  };

  /** Reads the split's rows of a chunk into a buffer; returns their number. */
  const read = async (epoch: number, chunk: number, buffer: Float32Array): Promise<number> => {
    // Read in disk order: only the order of handing out is shuffled.
    const wanted = blockOrder(epoch)
      .slice(chunk * blocksPerChunk, (chunk + 1) * blocksPerChunk)
      .toSorted();
    let rows = 0;
    let i = 0;
    for (const [shard, { rows: shardRows }] of shards.entries()) {
      const [first, end] = [firstBlocks[shard]!, firstBlocks[shard + 1]!];
      if (i >= wanted.length || wanted[i]! >= end) continue;
      rows += await withShard(folder, manifest, shard, async (reader) => {
        let found = 0;
        while (i < wanted.length && wanted[i]! < end) {
          const block = wanted[i++]!;
          let count = 1;
          for (; count < READ_BLOCKS && block + count < end && wanted[i] === block + count; i++) count++;
          const start = (block - first) * blockRows;
          const stop = Math.min(shardRows, start + count * blockRows);
          const target = buffer.subarray((rows + found) * dIn, (rows + found + stop - start) * dIn);
          await reader.readActivations(start, stop, target);
          found += isMember
            ? keep(target, dIn, await reader.readColumn('document_hashes', start, stop), isMember)
            : stop - start;
        }
        return found;
      });
    }
    return rows;
  };

  let resident: Promise<number> | undefined;
  const load = async (epoch: number, chunk: number): Promise<Chunk> => {
    const buffer = buffers[loads++ % buffers.length]!;
    const rows = await (fits ? (resident ??= read(epoch, chunk, buffer)) : read(epoch, chunk, buffer));
    const order = Uint32Array.from({ length: rows }, (_, row) => row);
    return { values: buffer, order: shuffle(order, seeded(seed, 'rows', epoch, chunk)) };
  };

  let current: Promise<Chunk> | undefined;
  let ahead: Promise<Chunk> | undefined;
  let emptyChunks = 0;
  const after = ({ epoch, chunk }: { epoch: number; chunk: number }): { epoch: number; chunk: number } =>
    chunk + 1 < chunks ? { epoch, chunk: chunk + 1 } : { epoch: epoch + 1, chunk: 0 };
  const readAhead = (): void => {
    const next = after(cursor);
    ahead = load(next.epoch, next.chunk);
    ahead.catch(() => {}); // rethrown where the chunk is awaited
  };

  const take = async (rows: number, factor: number): Promise<Float32Array> => {
    const taken = new Float32Array(rows * dIn);
    let filled = 0;
    while (filled < rows) {
      current ??= load(cursor.epoch, cursor.chunk);
      const { values, order } = await current;
      if (cursor.row > order.length)
        throw otherStream({ ...cursor, seed, blocksPerChunk }, { seed, blocksPerChunk, chunks });
      if (ahead === undefined) readAhead();
      const end = Math.min(order.length, cursor.row + rows - filled);
      for (; cursor.row < end; cursor.row++, filled++) {
        const row = values.subarray(order[cursor.row]! * dIn, (order[cursor.row]! + 1) * dIn);
        copyScaled(row, taken, filled * dIn, factor);
      }
      if (order.length > 0) emptyChunks = 0;
      else if (++emptyChunks === chunks) throw emptySplit(split);
      if (cursor.row === order.length) {
        cursor = { ...after(cursor), row: 0 };
        current = ahead;
        ahead = undefined;
      }
    }
    return taken;
  };
  const settled = (): Promise<unknown> => Promise.allSettled([current, ahead]);
  // The product of two float32 numbers is exact in float64, so rounding it once equals a float32 multiplication.
  const factorInFloat32 = Math.fround(scale);

  return {
    ready: () => Promise.resolve(true),
    next: () => take(batchSize, factorInFloat32),
    async peek(rows) {
      const { epoch, chunk, row } = cursor;
      const taken = await take(rows, 1);
      if (cursor.epoch !== epoch || cursor.chunk !== chunk) {
        // The buffers hold later chunks by now, and one may still be loading.
        await settled();
        current = undefined;
        ahead = undefined;
      }
      cursor = { epoch, chunk, row };
      return taken;
    },
    position: () => ({ ...cursor, seed, blocksPerChunk }),
    async close() {
      await settled();
    },
  };
}
