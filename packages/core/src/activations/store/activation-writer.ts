import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { writeSafetensors, type FileTensor } from '../../files/safetensors.ts';
import { isSetAside, kindOf, setAside, setAsideUnless } from '../../files/set-aside.ts';
import { makeFolder, writeAtomic } from '../../files/write-atomic.ts';
import { DATASET_START, type DatasetPosition } from '../extraction/dataset/windows.ts';
import { encodeFloat16 } from './float16.ts';
import {
  MANIFEST,
  PROGRESS,
  readProgress,
  shardFile,
  type Manifest,
  type ShardEntry,
  type StoreProgress,
} from './manifest.ts';
import { firstDamagedShard } from './verify.ts';

/** Columns that are stored with each activation; each [rows] or longer. */
export const ROW_COLUMNS = ['token_ids', 'document_ids', 'document_hashes', 'pieces', 'positions'] as const;
export type RowColumns = Record<(typeof ROW_COLUMNS)[number], Int32Array>;

export function emptyColumns(rows: number): RowColumns {
  return Object.fromEntries(ROW_COLUMNS.map((name) => [name, new Int32Array(rows)])) as RowColumns;
}

/** The rows of one window. */
export interface WindowRows {
  readonly start: DatasetPosition;
  readonly count: number;
  /** [count or more, dIn] */
  readonly activations: Float32Array;
  readonly columns: RowColumns;
}

/** Writes one hook's rows to shards of bounded size, in a temporary folder until all are complete. */
export interface ActivationWriter {
  /** Where to begin: the start, or where an interrupted extraction left off. */
  readonly start: DatasetPosition;
  /** Number of complete shards on disk. */
  shards(): number;
  /** Appends a window's rows. Skips those that are already on disk. */
  append(window: WindowRows): Promise<void>;
  /** Writes the remaining rows and renames the folder to its final name. */
  finish(describe: (shards: ShardEntry[]) => Manifest): Promise<void>;
}

export interface WriterOptions {
  readonly folder: string;
  readonly dIn: number;
  readonly dtype: 'float32' | 'float16';
  readonly shardRows: number;
  /** Number of rows of the source before this folder's first row. Default 0. */
  readonly firstRow?: number;
  /** Where the extraction of the first row begins. Default: the start of the dataset. */
  readonly begin?: DatasetPosition;
}

export async function openActivationWriter({
  folder,
  dIn,
  dtype,
  shardRows,
  firstRow = 0,
  begin = DATASET_START,
}: WriterOptions): Promise<ActivationWriter> {
  const partial = partialOf(folder);
  await setAsideUnless('folder', partial);
  await makeFolder(partial);
  const done = await trustedProgress(partial, begin);
  const shards = done.shards;
  const half = dtype === 'float16';
  const data = half ? new Uint16Array(shardRows * dIn) : new Float32Array(shardRows * dIn);
  const columns = emptyColumns(shardRows);
  let filled = 0;
  let shardStart = done.next;
  let nextRow = shards.reduce((rows, shard) => rows + shard.rows, firstRow);

  const take = (window: WindowRows, from: number, to: number): void => {
    const values = window.activations.subarray(from * dIn, to * dIn);
    if (data instanceof Uint16Array) encodeFloat16(values, data.subarray(filled * dIn));
    else data.set(values, filled * dIn);
    for (const name of ROW_COLUMNS) columns[name].set(window.columns[name].subarray(from, to), filled);
    filled += to - from;
    nextRow += to - from;
  };

  const flush = async (next: DatasetPosition): Promise<void> => {
    const file = shardFile(shards.length);
    const tensors: Record<string, FileTensor> = {
      activations: {
        dtype: half ? 'F16' : 'F32',
        shape: [filled, dIn],
        data: data.subarray(0, filled * dIn),
      },
    };
    for (const name of ROW_COLUMNS) {
      tensors[name] = { dtype: 'I32', shape: [filled], data: columns[name].subarray(0, filled) };
    }
    const written = await writeSafetensors(join(partial, file), tensors);
    shards.push({ file, rows: filled, ...written, start: shardStart });
    await writeAtomic(join(partial, PROGRESS), JSON.stringify({ shards, next } satisfies StoreProgress));
    filled = 0;
    shardStart = next;
  };

  return {
    start: done.next,
    shards: () => shards.length,
    async append(window) {
      let row = Math.max(0, nextRow - window.start.rows);
      while (row < window.count) {
        if (filled === 0) shardStart = window.start;
        const end = Math.min(window.count, row + shardRows - filled);
        take(window, row, end);
        row = end;
        if (filled === shardRows) await flush(window.start);
      }
    },
    async finish(describe) {
      if (filled > 0) await flush(shardStart);
      if (shards.length === 0) throw noRows();
      await writeAtomic(join(partial, MANIFEST), `${JSON.stringify(describe(shards), null, 2)}\n`);
      await rm(join(partial, PROGRESS));
      await rename(partial, folder);
    },
  };
}

/**
 * Turns finished activations into unfinished ones, which resume at the first damaged shard. If none of the finished shards
 * can be trusted and unfinished ones exist, sets the finished ones aside.
 */
export async function reopenForRepair(folder: string, shards: readonly ShardEntry[]): Promise<void> {
  const partial = partialOf(folder);
  if (shards.length === 0 && (await readProgress(partial)) !== undefined) {
    await setAside(folder);
    return;
  }
  const progress: StoreProgress = { shards: [...shards], next: shards.at(-1)?.start ?? DATASET_START };
  // In this order an interruption leaves the folder either damaged as before or unfinished.
  await rm(partial, { recursive: true, force: true });
  await rename(folder, partial);
  await clear(join(partial, MANIFEST));
  await writeAtomic(join(partial, PROGRESS), JSON.stringify(progress));
}

/** The shards up to the first damaged one. Removes all other files. */
async function trustedProgress(partial: string, begin: DatasetPosition): Promise<StoreProgress> {
  let progress = (await readProgress(partial)) ?? { shards: [], next: begin };
  const damaged = await firstDamagedShard(partial, progress.shards, 'checksums');
  if (damaged !== undefined) {
    progress = {
      shards: progress.shards.slice(0, damaged.index),
      next: progress.shards[damaged.index]!.start,
    };
  }
  const kept = new Set(progress.shards.map(({ file }) => file));
  for (const name of await readdir(partial)) {
    if (kept.has(name) || isSetAside(name)) continue;
    if (name !== PROGRESS || (await kindOf(join(partial, name))) !== 'file') await clear(join(partial, name));
  }
  return progress;
}

/** Removes a file. Sets a folder aside, because someone else created it. */
async function clear(path: string): Promise<void> {
  if ((await kindOf(path)) === 'folder') await setAside(path);
  else await rm(path, { force: true });
}

/** The folder of unfinished activations. */
export function partialOf(folder: string): string {
  return `${folder}.partial`;
}

function noRows(): SaeLabError {
  return new SaeLabError('dataset.no-tokens', {
    problem: 'no document has a token that can be selected',
    field: 'dataset',
    expected: 'at least one document with text',
    fix: 'Check the dataset and its text field. To select special tokens, set includeSpecialTokens.',
  });
}
