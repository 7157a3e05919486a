import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bytesOf, haveSameBytes, rowsOf, temporaryFolder } from '../test-support.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import { importActivations, planImport } from './import-activations.ts';
import type { ImportedSpecInput } from './imported-spec.ts';
import { writeNpy, writeTensors } from './test-files.ts';

const GOLDEN = fileURLToPath(new URL('npy-golden', import.meta.url));
const GOLDEN_ROWS = Float32Array.from({ length: 15 }, (_, i) => i / 8 - 1);

type Settings = Omit<ImportedSpecInput, 'kind'>;

function imported(settings: Settings, dataDir = temporaryFolder()): Promise<ActivationStore> {
  return importActivations({ kind: 'activations', ...settings }, dataDir);
}

async function idOf(settings: Settings): Promise<string> {
  return (await planImport({ kind: 'activations', ...settings }, temporaryFolder())).id;
}

/** Rows that are all different. */
function rowsFrom(first: number, rows: number, dIn: number): Float32Array {
  return Float32Array.from({ length: rows * dIn }, (_, i) => Math.sin(first * dIn + i));
}

describe('activations from .npy files', () => {
  it('are those that NumPy wrote', async () => {
    const store = await imported({
      files: join(GOLDEN, 'float32.npy'),
      documentIds: join(GOLDEN, 'ids.npy'),
    });
    expect(store).toMatchObject({ hook: 'activations', dIn: 3, rows: 5 });
    expect(store.manifest).toMatchObject({ dtype: 'float32', documents: 4 });
    const { activations, document_ids, document_hashes } = await rowsOf(store);
    expect(activations).toEqual(GOLDEN_ROWS);
    expect([...document_ids]).toEqual([0, 0, 1, 2, 3]);
    // Small ids are their own hashes; the third, 2^40 + 3, is folded.
    expect([...document_hashes]).toEqual([7, 7, -2, 256 ^ 3, 7]);
  });

  it('stay in float16', async () => {
    const store = await imported({ files: join(GOLDEN, 'float16.npy'), name: 'layer 3' });
    expect(store.hook).toBe('layer 3');
    expect(store.manifest.dtype).toBe('float16');
    expect((await rowsOf(store)).activations).toEqual(GOLDEN_ROWS);
  });

  it('concatenate in the order of names, across windows and shards, with the origin of each row', async () => {
    const folder = temporaryFolder();
    // Windows of 1024 rows.
    writeNpy(join(folder, 'b.npy'), '<f4', [300, 1024], rowsFrom(1500, 300, 1024));
    writeNpy(join(folder, 'a.npy'), '<f4', [1500, 1024], rowsFrom(0, 1500, 1024));
    const store = await imported({ files: join(folder, '*.npy'), rowsPerDocument: 7, shardRows: 500 });
    expect(store.manifest.shards.map(({ rows }) => rows)).toEqual([500, 500, 500, 300]);
    const all = await rowsOf(store);
    expect(haveSameBytes(all.activations, rowsFrom(0, 1800, 1024))).toBe(true);
    expect([0, 6, 7, 1799].map((row) => all.document_ids[row])).toEqual([0, 0, 1, 257]);
    expect([1499, 1500].map((row) => [all.pieces[row], all.positions[row]])).toEqual([
      [0, 1499],
      [1, 0],
    ]);
    expect(await imported({ files: folder, maxRows: 1600 })).toMatchObject({ rows: 1600 });
  });

  it('find ids in the same folder', async () => {
    const folder = temporaryFolder();
    writeNpy(join(folder, 'acts.npy'), '<f4', [3, 2], rowsFrom(0, 3, 2));
    writeNpy(join(folder, 'ids.npy'), '<i4', [3], Int32Array.of(1, 1, 2));
    const store = await imported({ files: join(folder, '*.npy'), documentIds: join(folder, 'ids.npy') });
    expect([...(await rowsOf(store)).document_hashes]).toEqual([1, 1, 2]);
  });
});

describe('activations from safetensors files', () => {
  it('are read with ids of each file, and bfloat16 becomes float32', async () => {
    const folder = temporaryFolder();
    const rows = Float32Array.of(1, -2, 0.5, 3);
    const bits = new Uint16Array(new Uint32Array(rows.buffer).map((word) => word >>> 16));
    const ids = (...values: bigint[]) => ({ dtype: 'I64', shape: [2], data: BigInt64Array.from(values) });
    writeTensors(join(folder, '0.safetensors'), {
      acts: { dtype: 'F32', shape: [2, 2], data: rows },
      image: ids(4n, 5n),
    });
    writeTensors(join(folder, '1.safetensors'), {
      acts: { dtype: 'BF16', shape: [2, 2], data: bits },
      image: ids(5n, 6n),
    });
    const store = await imported({ files: folder, documentIds: 'image' });
    expect(store).toMatchObject({ hook: 'acts', dIn: 2, rows: 4 });
    const all = await rowsOf(store);
    expect(all.activations).toEqual(Float32Array.of(...rows, ...rows));
    expect([...all.document_hashes]).toEqual([4, 5, 5, 6]);
  });
});

describe('the identity of imported activations', () => {
  it('is that of the content and the settings, not of the path', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    const files = writeNpy(join(first, 'a.npy'), '<f4', [4, 2], rowsFrom(0, 4, 2));
    const copy = writeNpy(join(second, 'other.npy'), '<f4', [4, 2], rowsFrom(0, 4, 2));
    const changed = writeNpy(join(second, 'changed.npy'), '<f4', [4, 2], rowsFrom(1, 4, 2));
    const ids = writeNpy(join(second, 'ids.npy'), '<i4', [4], Int32Array.of(1, 1, 2, 2));
    const base = await idOf({ files });
    expect(await idOf({ files: copy })).toBe(base);
    const others = [
      await idOf({ files: changed }),
      await idOf({ files, rowsPerDocument: 2 }),
      await idOf({ files, documentIds: ids }),
      await idOf({ files, name: 'other' }),
      await idOf({ files, maxRows: 3 }),
    ];
    expect(new Set([base, ...others]).size).toBe(6);
  });
});

describe('an interrupted import', () => {
  it('resumes with the same bytes, and repairs damage', async () => {
    const folder = temporaryFolder();
    const files = writeNpy(join(folder, 'a.npy'), '<f4', [5000, 1024], rowsFrom(0, 5000, 1024));
    // A document begins at each multiple of 16, so also where a resumed window starts.
    const ids = Int32Array.from({ length: 5000 }, (_, row) => Math.floor(row / 16));
    const documentIds = writeNpy(join(folder, 'ids.npy'), '<i4', [5000], ids);
    const settings = { files, documentIds, shardRows: 700 };
    const whole = bytesOf([await imported(settings)]);

    const dataDir = temporaryFolder();
    const stop = new AbortController();
    const onProgress = ({ shards }: { shards: number }): void => {
      if (shards >= 3) stop.abort(new Error('stopped'));
    };
    const spec = { kind: 'activations', ...settings } as const;
    await expect(importActivations(spec, dataDir, { onProgress, signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
    const store = await imported(settings, dataDir);
    expect(bytesOf([store])).toEqual(whole);

    writeFileSync(join(store.folder, '00004.safetensors'), 'damaged');
    expect(bytesOf([await imported(settings, dataDir)])).toEqual(whole);
  });
});
