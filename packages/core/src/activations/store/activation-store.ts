import { stopIfAsked } from '../../stop.ts';
import { activationsConstant } from '../unusable-activations.ts';
import { openBatchStream, type BatchStream, type BatchStreamOptions } from './batch-stream.ts';
import { ROW_COLUMNS, emptyColumns, type RowColumns } from './activation-writer.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { withShard } from './shard-reader.ts';
import { emptySplit } from './stream-errors.ts';
import { openWindowedBatches, type WindowSource } from './windowed-batches.ts';
import { membership, type Split } from './holdout.ts';
import { firstDamagedShard, type Verification } from './verify.ts';

/** Rows in stored order, with the origin of each. */
export interface SequentialBatch extends RowColumns {
  readonly rows: number;
  /** [rows, dIn] */
  readonly activations: Float32Array;
}

export interface ActivationStatistics {
  readonly rows: number;
  /** [dIn] */
  readonly mean: Float64Array;
  /** E‖x‖² */
  readonly meanSquaredNorm: number;
}

interface StoreBatchOptions extends BatchStreamOptions {
  /** Shuffle only within windows of this many rows, as if the activations were streamed. Default: shuffle all rows. */
  windowRows?: number | undefined;
}

/** One hook's activations on disk. Reading them takes a bounded amount of memory. */
export interface ActivationStore {
  readonly folder: string;
  readonly id: string;
  /** Canonical name of the hook. */
  readonly hook: string;
  readonly dIn: number;
  readonly rows: number;
  readonly manifest: Manifest;
  /** An endless stream of shuffled batches; see {@link BatchStream}. */
  trainingBatches(options: StoreBatchOptions): BatchStream;
  /** The same store, of which everything but training sees only the first rows. */
  beginning(rows: number): ActivationStore;
  /** All rows of a split in stored order. The last batch may be shorter. */
  sequentialBatches(options: {
    batchSize: number;
    split: Split;
    maxRows?: number | undefined;
  }): AsyncGenerator<SequentialBatch>;
  countRows(split: Split): Promise<number>;
  /**
   * Statistics of a split, accumulated in float64.
   *
   * @param signal stops the computation between two batches
   * @throws {SaeLabError} `activations.empty-split` if the split has no row, `activations.constant` if all rows are equal,
   *   as those of a dead layer are, `run.stopped`
   */
  statistics(split: Split, signal?: AbortSignal): Promise<ActivationStatistics>;
}

/**
 * Opens a folder of complete activations.
 *
 * @throws {SaeLabError} `activations.missing`, `activations.corrupted`
 */
export async function openActivations(
  folder: string,
  { verify = 'sizes' }: { verify?: Verification } = {},
): Promise<ActivationStore> {
  const manifest = await readManifest(folder);
  const damaged = await firstDamagedShard(folder, manifest.shards, verify);
  if (damaged !== undefined) throw damaged.error;
  return storeOf(folder, manifest);
}

/** @param within only the first rows, except for training */
function storeOf(folder: string, manifest: Manifest, within = Infinity): ActivationStore {
  const store: ActivationStore = {
    folder,
    id: manifest.id,
    hook: manifest.hook.name,
    dIn: manifest.dIn,
    rows: Math.min(manifest.rows, within),
    manifest,
    trainingBatches: ({ windowRows, ...options }) =>
      windowRows === undefined
        ? openBatchStream(folder, manifest, options)
        : openWindowedBatches(windowsOf(folder, manifest, windowRows), { ...options, windowRows }),
    beginning: (rows) => storeOf(folder, manifest, Math.min(rows, within)),
    sequentialBatches: (options) => sequentialBatches(folder, manifest, { ...options, within }),
    countRows: (split) => countRows(folder, manifest, split, within),
    statistics: (split, signal) => statistics(store, split, signal),
  };
  return store;
}

/** The windows of complete activations. */
function windowsOf(folder: string, manifest: Manifest, windowRows: number): WindowSource {
  return {
    dIn: manifest.dIn,
    find(window) {
      const first = window * windowRows;
      const rows = Math.min(windowRows, manifest.rows - first);
      return Promise.resolve(rows > 0 ? { folder, manifest, first, rows } : 'none');
    },
  };
}

async function* sequentialBatches(
  folder: string,
  manifest: Manifest,
  {
    batchSize,
    split,
    maxRows = Infinity,
    within,
  }: { batchSize: number; split: Split; maxRows?: number | undefined; within: number },
): AsyncGenerator<SequentialBatch> {
  const { dIn } = manifest;
  const isMember = membership(split);
  const empty = (): { activations: Float32Array; columns: RowColumns } => ({
    activations: new Float32Array(batchSize * dIn),
    columns: emptyColumns(batchSize),
  });
  const cut = ({ activations, columns }: ReturnType<typeof empty>, rows: number): SequentialBatch => ({
    rows,
    activations: activations.subarray(0, rows * dIn),
    ...(Object.fromEntries(ROW_COLUMNS.map((name) => [name, columns[name].subarray(0, rows)])) as RowColumns),
  });

  let batch = empty();
  let filled = 0;
  let given = 0;
  for (const [shard, shardRows] of rowsWithin(manifest, within).entries()) {
    for (let start = 0; start < shardRows; start += batchSize) {
      const part = await readRange(folder, manifest, shard, start, Math.min(shardRows, start + batchSize));
      for (let row = 0; row < part.rows; row++) {
        if (isMember?.(part.document_hashes[row]!) === false) continue;
        batch.activations.set(part.activations.subarray(row * dIn, (row + 1) * dIn), filled * dIn);
        for (const name of ROW_COLUMNS) batch.columns[name][filled] = part[name][row]!;
        filled++;
        if (filled < batchSize && given + filled < maxRows) continue;
        yield cut(batch, filled);
        given += filled;
        if (given >= maxRows) return;
        batch = empty();
        filled = 0;
      }
    }
  }
  if (filled > 0) yield cut(batch, filled);
}

function readRange(
  folder: string,
  manifest: Manifest,
  shard: number,
  start: number,
  end: number,
): Promise<SequentialBatch> {
  return withShard(folder, manifest, shard, async (reader) => {
    const activations = new Float32Array((end - start) * manifest.dIn);
    await reader.readActivations(start, end, activations);
    const columns: Partial<RowColumns> = {};
    for (const name of ROW_COLUMNS) columns[name] = await reader.readColumn(name, start, end);
    return { rows: end - start, activations, ...(columns as RowColumns) };
  });
}

async function countRows(folder: string, manifest: Manifest, split: Split, within: number): Promise<number> {
  const isMember = membership(split);
  if (isMember === undefined) return Math.min(manifest.rows, within);
  let count = 0;
  for (const [shard, rows] of rowsWithin(manifest, within).entries()) {
    const hashes = await withShard(folder, manifest, shard, (reader) =>
      reader.readColumn('document_hashes', 0, rows),
    );
    for (const hash of hashes) if (isMember(hash)) count++;
  }
  return count;
}

/** How many rows of each shard are among the first rows of the store. Leaves out shards without any. */
function rowsWithin({ shards }: Manifest, within: number): number[] {
  const counts: number[] = [];
  let left = within;
  for (const { rows } of shards) {
    if (left <= 0) break;
    counts.push(Math.min(rows, left));
    left -= rows;
  }
  return counts;
}

async function statistics(
  store: ActivationStore,
  split: Split,
  signal: AbortSignal | undefined,
): Promise<ActivationStatistics> {
  const sum = new Float64Array(store.dIn);
  let squares = 0;
  let rows = 0;
  let first: Float32Array | undefined;
  let varies = false;
  for await (const batch of store.sequentialBatches({ batchSize: 4096, split })) {
    if (rows > 0) await stopIfAsked(signal);
    rows += batch.rows;
    first ??= batch.activations.slice(0, store.dIn);
    varies ||= differs(batch.activations, first);
    for (let i = 0; i < batch.activations.length;) {
      for (let d = 0; d < sum.length; d++, i++) {
        const value = batch.activations[i]!;
        sum[d] = sum[d]! + value;
        squares += value * value;
      }
    }
  }
  if (rows === 0) throw emptySplit(split);
  // Infinite rows may be equal, too: the caller reports that they are not finite.
  if (!varies && Number.isFinite(squares)) throw activationsConstant(store.hook, rows, squares === 0);
  return { rows, mean: sum.map((total) => total / rows), meanSquaredNorm: squares / rows };
}

/** Whether any row differs from the first. */
function differs(activations: Float32Array, first: Float32Array): boolean {
  return activations.some((value, i) => value !== first[i % first.length]);
}
