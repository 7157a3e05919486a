import { join, resolve } from 'node:path';
import type { ExtractionSettings } from '../extraction/extraction-settings.ts';
import { openActivations } from './activation-store.ts';
import { ROW_COLUMNS } from './activation-writer.ts';

/** How rows are kept on disk. */
export type StorageSettings = Pick<ExtractionSettings, 'dtype' | 'shardRows'>;

/** One hook's activations, there or not. */
export interface PlannedActivations {
  readonly hook: {
    /** The one name of the place; `synthetic` where there is no model. */
    readonly name: string;
    /** Null for a place that belongs to no layer. */
    readonly layer: number | null;
  };
  /** Hash of all that decides the activations. */
  readonly id: string;
  readonly folder: string;
  /** Whether they are whole on disk, by the files' sizes. */
  readonly present: boolean;
  readonly dIn: number;
  /** Exact when present. */
  readonly estimatedRows: number;
  readonly estimatedBytes: number;
}

const SHARD_BYTES = 32 * 2 ** 20;

/**
 * Says where activations lie, or would, and how large they are.
 *
 * @param rows as many as are expected where they are not there
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

/** Rows of a shard: as many as asked for, or what fits into 32 MiB. */
export function shardRowsOf(dIn: number, storage: StorageSettings): number {
  return storage.shardRows ?? Math.max(1, Math.floor(SHARD_BYTES / rowBytes(dIn, storage)));
}

function rowBytes(dIn: number, { dtype }: StorageSettings): number {
  return dIn * (dtype === 'float16' ? 2 : 4) + ROW_COLUMNS.length * 4;
}
