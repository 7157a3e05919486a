import { join, resolve } from 'node:path';
import type { ExtractionSettings } from '../extraction/extraction-settings.ts';
import { openActivations } from './activation-store.ts';
import { partialOf, ROW_COLUMNS } from './activation-writer.ts';
import { readProgress } from './manifest.ts';

/** How rows are stored on disk. */
export type StorageSettings = Pick<ExtractionSettings, 'dtype' | 'shardRows'>;

/** One hook's activations, on disk or not. */
export interface PlannedActivations {
  readonly hook: {
    /** Canonical name of the hook; `synthetic` or a name from the dataset if there is no model. */
    readonly name: string;
    /** Null outside the layers. */
    readonly layer: number | null;
  };
  /** Hash of everything that affects the activations. */
  readonly id: string;
  readonly folder: string;
  /** Whether they are complete on disk, judged by file sizes. */
  readonly present: boolean;
  readonly dIn: number;
  /** Exact if present, or if `isExact`. */
  readonly estimatedRows: number;
  readonly estimatedBytes: number;
  /** Whether the number of rows is known before they are made. */
  readonly isExact?: boolean;
}

const SHARD_BYTES = 32 * 2 ** 20;

/**
 * Where activations are or will be stored, and how large they are.
 *
 * @param rows estimated number, used if they are not on disk
 */
export async function planStore<H extends PlannedActivations['hook']>(
  { id, hook, dIn, rows }: { id: string; hook: H; dIn: number; rows: number },
  dataDir: string,
  storage: StorageSettings,
): Promise<PlannedActivations & { readonly hook: H }> {
  const folder = join(resolve(dataDir), 'activations', id);
  const found = await openActivations(folder).catch(() => undefined);
  const store = found?.id === id ? found : undefined;
  const estimatedRows = store?.rows ?? rows;
  return {
    hook,
    id,
    folder,
    present: store !== undefined,
    dIn,
    estimatedRows,
    estimatedBytes: estimatedRows * rowBytes(dIn, storage),
  };
}

/** Estimated bytes that are still to be written until activations are complete. */
export async function missingBytes({ folder, present, estimatedBytes }: PlannedActivations): Promise<number> {
  if (present) return 0;
  const written = (await readProgress(partialOf(folder)))?.shards ?? [];
  return Math.max(0, estimatedBytes - written.reduce((sum, { bytes }) => sum + bytes, 0));
}

/** Rows per shard: the setting, or as many as fit in 32 MiB. */
export function shardRowsOf(dIn: number, storage: StorageSettings): number {
  return storage.shardRows ?? Math.max(1, Math.floor(SHARD_BYTES / rowBytes(dIn, storage)));
}

/** Bytes of a row on disk, with its columns. */
export function rowBytes(dIn: number, { dtype }: StorageSettings): number {
  return dIn * (dtype === 'float16' ? 2 : 4) + ROW_COLUMNS.length * 4;
}
