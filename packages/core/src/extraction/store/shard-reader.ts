import { join } from 'node:path';
import { openSafetensors } from '../../files/safetensors.ts';
import { decodeFloat16 } from './float16.ts';
import type { RowColumns } from './activation-writer.ts';
import type { Manifest } from './manifest.ts';

/** An open shard. */
export interface ShardReader {
  /** Rows [start, end) into `into`, [end - start, dIn]. */
  readActivations(start: number, end: number, into: Float32Array): Promise<void>;
  readColumn(name: keyof RowColumns, start: number, end: number): Promise<Int32Array>;
}

/** Opens a shard for as long as `use` takes: no handle is kept, however many shards there are. */
export async function withShard<T>(
  folder: string,
  manifest: Manifest,
  shard: number,
  use: (reader: ShardReader) => Promise<T>,
): Promise<T> {
  const file = await openSafetensors(join(folder, manifest.shards[shard]!.file));
  try {
    return await use({
      async readActivations(start, end, into) {
        const rows = await file.readRows('activations', start, end);
        if (rows instanceof Uint16Array) decodeFloat16(rows, into);
        else into.set(rows);
      },
      readColumn: async (name, start, end) => (await file.readRows(name, start, end)) as Int32Array,
    });
  } finally {
    await file.close();
  }
}
