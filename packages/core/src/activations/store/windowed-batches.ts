/**
 * Training batches in the order of a stream. The corpus is cut into windows of consecutive rows. Windows are read in the
 * order of the corpus, and rows are shuffled within their window. So a run needs one window on disk at a time, and the order
 * is the same whether the others are there or not.
 *
 * Within a window, blocks and chunks are shuffled as in {@link openBatchStream}. A batch never mixes two windows: at the end
 * of a window, rows that do not fill a batch are left out.
 */
import { seeded, shuffle } from '../../random/seeded.ts';
import type { BatchStream, BatchStreamOptions } from './batch-stream.ts';
import { blockRowsOf, chunksIn, copyScaled, keep, READ_BLOCKS, type Chunk } from './blocks.ts';
import { membership } from './holdout.ts';
import type { Manifest } from './manifest.ts';
import { readRanges, type RowRange } from './row-ranges.ts';
import { emptySplit, otherStream } from './stream-errors.ts';
import type { StreamPosition } from './stream-position.ts';

/** Rows of a window that are on disk. */
interface WindowPlace {
  readonly folder: string;
  readonly manifest: Manifest;
  /** The window's first row in the folder. */
  readonly first: number;
  /** Positive. Less than `windowRows` only in the last window of the corpus. */
  readonly rows: number;
}

export interface WindowSource {
  readonly dIn: number;
  /** Where a window is; 'pending' if it is not on disk; 'none' if the corpus ends before it. */
  find(window: number): Promise<WindowPlace | 'pending' | 'none'>;
}

export interface WindowedOptions extends BatchStreamOptions {
  readonly windowRows: number;
}

interface Cursor {
  readonly epoch: number;
  readonly window: number;
  readonly chunk: number;
  readonly row: number;
}

/** @throws {SaeLabError} `activations.other-stream` if the position belongs to another stream */
export function openWindowedBatches(
  source: WindowSource,
  { windowRows, batchSize, split, seed, scale = 1, bufferBytes, position }: WindowedOptions,
): BatchStream {
  const { dIn } = source;
  const isMember = membership(split);
  const blockRows = blockRowsOf(dIn);
  const blocks = Math.ceil(windowRows / blockRows);
  const { fits, blocksPerChunk } = chunksIn(blocks, blockRows * dIn * 4, bufferBytes);
  const stream = { seed, blocksPerChunk, chunks: Math.ceil(blocks / blocksPerChunk), windowRows };
  const chunksOf = (place: WindowPlace): number =>
    Math.ceil(Math.ceil(place.rows / blockRows) / blocksPerChunk);

  let cursor: Cursor = { epoch: 0, window: 0, chunk: 0, row: 0 };
  /** Number of windows in the corpus, once it is known. */
  let perEpoch: number | null = null;
  if (position !== undefined) {
    const { window } = position;
    if (position.seed !== seed || position.blocksPerChunk !== blocksPerChunk || window?.rows !== windowRows) {
      throw otherStream(position, stream);
    }
    cursor = { epoch: position.epoch, window: window.index, chunk: position.chunk, row: position.row };
    ({ perEpoch } = window);
  }

  const blocksOf = (epoch: number, window: number, place: WindowPlace): Uint32Array => {
    const order = Uint32Array.from({ length: Math.ceil(place.rows / blockRows) }, (_, block) => block);
    // A single chunk holds all blocks, and shuffling its rows is enough.
    return fits ? order : shuffle(order, seeded(seed, 'blocks', epoch, window));
  };

  /** Reads the split's rows of a chunk into a buffer. */
  const read = async (
    place: WindowPlace,
    { epoch, window, chunk }: Cursor,
    buffer: Float32Array,
  ): Promise<Chunk> => {
    const wanted = blocksOf(epoch, window, place)
      .slice(chunk * blocksPerChunk, (chunk + 1) * blocksPerChunk)
      .toSorted();
    let rows = 0;
    await readRanges(
      place.folder,
      place.manifest,
      rangesOf(wanted, blockRows, place),
      async (reader, start, end) => {
        const target = buffer.subarray(rows * dIn, (rows + end - start) * dIn);
        await reader.readActivations(start, end, target);
        rows += isMember
          ? keep(target, dIn, await reader.readColumn('document_hashes', start, end), isMember)
          : end - start;
      },
    );
    const order = Uint32Array.from({ length: rows }, (_, row) => row);
    return { values: buffer, order: shuffle(order, seeded(seed, 'rows', epoch, window, chunk)) };
  };

  /** The chunk in use first, then the one that is read ahead. */
  const loaded: { key: string; buffer: Float32Array; chunk: Promise<Chunk> }[] = [];
  const load = (place: WindowPlace, at: Cursor): Promise<Chunk> => {
    const key = `${at.epoch}/${at.window}/${at.chunk}`;
    const found = loaded.findIndex((one) => one.key === key);
    const slot = found < 0 ? undefined : loaded.splice(found, 1)[0];
    if (slot !== undefined) {
      loaded.unshift(slot);
      return slot.chunk;
    }
    const old = loaded.length < (fits ? 1 : 2) ? undefined : loaded.pop();
    const buffer = old?.buffer ?? new Float32Array(blocksPerChunk * blockRows * dIn);
    const free = old?.chunk.catch(() => undefined) ?? Promise.resolve();
    const chunk = free.then(() => read(place, at, buffer));
    chunk.catch(() => {}); // rethrown where the chunk is awaited
    loaded.unshift({ key, buffer, chunk });
    return chunk;
  };

  /** The next rows and the position after them; undefined if the window ends before. */
  const gather = async (
    place: WindowPlace,
    rows: number,
    factor: number,
  ): Promise<{ values: Float32Array; end: Cursor } | undefined> => {
    const chunks = chunksOf(place);
    const values = new Float32Array(rows * dIn);
    let at = cursor;
    for (let filled = 0; filled < rows;) {
      if (at.chunk >= chunks) return undefined;
      const chunk = await load(place, at);
      if (at.row > chunk.order.length) throw otherStream(positionAt(at), stream);
      if (at.chunk + 1 < chunks) {
        void load(place, { ...at, chunk: at.chunk + 1, row: 0 });
        void load(place, at);
      }
      const end = Math.min(chunk.order.length, at.row + rows - filled);
      for (let row = at.row; row < end; row++, filled++) {
        const from = chunk.order[row]! * dIn;
        copyScaled(chunk.values.subarray(from, from + dIn), values, filled * dIn, factor);
      }
      at = end === chunk.order.length ? { ...at, chunk: at.chunk + 1, row: 0 } : { ...at, row: end };
    }
    return { values, end: at };
  };

  /** Moves to the next window that is on disk or pending. */
  const findWindow = async (): Promise<WindowPlace | 'pending'> => {
    for (;;) {
      const isPastEnd = perEpoch !== null && cursor.window >= perEpoch;
      const place = isPastEnd ? 'none' : await source.find(cursor.window);
      if (place !== 'none') return place;
      if (cursor.window === 0) throw emptySplit(split);
      perEpoch = cursor.window;
      cursor = { epoch: cursor.epoch + 1, window: 0, chunk: 0, row: 0 };
    }
  };

  // The product of two float32 numbers is exact in float64, so rounding it once equals a float32 multiplication.
  const factorInFloat32 = Math.fround(scale);
  let held: { values: Float32Array; end: Cursor } | undefined;
  /** Gathers the next batch; false if its window is not on disk. */
  const ready = async (): Promise<boolean> => {
    for (let passed = 0; held === undefined; passed++) {
      if (perEpoch !== null && passed > perEpoch) throw emptySplit(split);
      const place = await findWindow();
      if (place === 'pending') return false;
      held = await gather(place, batchSize, factorInFloat32);
      if (held === undefined) cursor = { ...cursor, window: cursor.window + 1, chunk: 0, row: 0 };
    }
    return true;
  };
  const positionAt = ({ window, ...rest }: Cursor): StreamPosition => ({
    ...rest,
    seed,
    blocksPerChunk,
    window: { index: window, rows: windowRows, perEpoch },
  });

  return {
    ready,
    async next() {
      if (!(await ready()) || held === undefined) throw new Error('the next window is not on disk');
      const { values, end } = held;
      held = undefined;
      cursor = end;
      return values;
    },
    async peek(rows) {
      const place = await findWindow();
      const found = place === 'pending' ? undefined : await gather(place, rows, 1);
      if (found === undefined) throw emptySplit(split);
      return found.values;
    },
    position: () => positionAt(cursor),
    async close() {
      await Promise.allSettled(loaded.map(({ chunk }) => chunk));
    },
  };
}

/** The rows of blocks of a window, as rows of its folder. At most {@link READ_BLOCKS} neighbours are read at once. */
function rangesOf(blocks: Uint32Array, blockRows: number, { first, rows }: WindowPlace): RowRange[] {
  const ranges: RowRange[] = [];
  for (let i = 0; i < blocks.length;) {
    const block = blocks[i++]!;
    let count = 1;
    for (; count < READ_BLOCKS && blocks[i] === block + count; i++) count++;
    const start = block * blockRows;
    ranges.push({ start: first + start, end: first + Math.min(rows, start + count * blockRows) });
  }
  return ranges;
}
