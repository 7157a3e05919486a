import { join } from 'node:path';
import { openSafetensors, type SafetensorsFile } from '../../files/safetensors.ts';
import { ROW_COLUMNS, type RowColumns } from './activation-writer.ts';
import { decodeFloat16 } from './float16.ts';
import { corrupted, type Manifest } from './manifest.ts';

/** An open shard. */
export interface ShardReader {
  /** Reads rows [start, end) into `into`, [end - start, dIn]. */
  readActivations(start: number, end: number, into: Float32Array): Promise<void>;
  readColumn(name: keyof RowColumns, start: number, end: number): Promise<Int32Array>;
}

/**
 * Opens a shard while `use` runs. No file handle stays open, however many shards there are.
 *
 * @throws {SaeLabError} `safetensors.malformed`, `activations.corrupted` if the shard does not match the manifest
 */
export async function withShard<T>(
  folder: string,
  manifest: Manifest,
  shard: number,
  use: (reader: ShardReader) => Promise<T>,
): Promise<T> {
  const path = join(folder, manifest.shards[shard]!.file);
  const file = await openSafetensors(path);
  try {
    checkTensors(path, file, manifest, shard);
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

function checkTensors(
  path: string,
  { entries }: SafetensorsFile,
  { dIn, dtype, shards }: Manifest,
  shard: number,
): void {
  const { rows } = shards[shard]!;
  const expected = {
    activations: `${dtype === 'float16' ? 'F16' : 'F32'} [${rows},${dIn}]`,
    ...Object.fromEntries(ROW_COLUMNS.map((name) => [name, `I32 [${rows}]`])),
  };
  for (const [name, layout] of Object.entries(expected)) {
    const entry = entries[name];
    const received = entry === undefined ? 'no such tensor' : `${entry.dtype} [${entry.shape.join()}]`;
    if (received === layout) continue;
    throw corrupted(path, `its ${name} do not match the manifest`, { expected: layout, received });
  }
}
