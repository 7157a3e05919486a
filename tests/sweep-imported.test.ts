/** Activations that another program computed: those of the bundled model, written as NumPy would write them. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openActivations } from '@sae-lab/core/activations';
import { openDatabase, runsOfSweep } from '@sae-lab/db';
import { activationsById } from '@sae-lab/db/reading';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => removeDataDir(dataDir));

function npy(descr: string, shape: readonly number[], data: Float32Array | Int32Array): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }\n`;
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  start.writeUInt16LE(header.length, 8);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([start, Buffer.from(header), bytes]);
}

/** Writes the extracted activations in three files, and the hashes of their documents as ids. */
async function exportActivations(): Promise<{ TEST_ACTIVATIONS: string; TEST_DOCUMENT_IDS: string }> {
  const [id] = readdirSync(join(dataDir, 'activations'));
  const store = await openActivations(join(dataDir, 'activations', id!));
  const folder = join(dataDir, 'exported');
  mkdirSync(folder);
  const batchSize = Math.ceil(store.rows / 3);
  let files = 0;
  const ids = new Int32Array(store.rows);
  for await (const batch of store.sequentialBatches({
    batchSize,
    split: { holdout: 0, seed: 0, part: 'train' },
  })) {
    ids.set(batch.document_hashes, files * batchSize);
    const bytes = npy('<f4', [batch.rows, store.dIn], batch.activations);
    writeFileSync(join(folder, `rows-${files}.npy`), bytes);
    files++;
  }
  expect(files).toBe(3);
  writeFileSync(join(folder, 'ids.npy'), npy('<i4', [store.rows], ids));
  return { TEST_ACTIVATIONS: join(folder, '*.npy'), TEST_DOCUMENT_IDS: join(folder, 'ids.npy') };
}

const weightsOf = (hash: string): Buffer =>
  readFileSync(join(dataDir, 'runs', hash, 'sae', 'sae_weights.safetensors'));

describe('pnpm sweep on imported activations', () => {
  it('gives the weights and figures of the extraction that they come from', async () => {
    const extracted = await sweep('tiny.ts', dataDir, ['--json']);
    expect(extracted.code).toBe(0);
    const environment = await exportActivations();

    const dryRun = await sweep('imported.ts', dataDir, ['--dry-run'], environment);
    expect(dryRun.code).toBe(0);
    expect(dryRun.stdout).toContain('blocks.1.hook_mlp_out');

    const imported = await sweep('imported.ts', dataDir, ['--json'], environment);
    expect(imported.code).toBe(0);
    const database = await openDatabase({ dataDir, url: '' });
    try {
      const [before, after] = await Promise.all(
        [extracted, imported].map(({ events }) =>
          runsOfSweep(database.db, events().at(-1)!['sweepId'] as number),
        ),
      );
      expect(after).toHaveLength(2);
      for (const [i, run] of after!.entries()) {
        expect(run.runHash).not.toBe(before![i]!.runHash);
        expect(weightsOf(run.runHash).equals(weightsOf(before![i]!.runHash))).toBe(true);
        expect(run.figures['explained_variance']).toBe(before![i]!.figures['explained_variance']);
      }
      expect(await activationsById(database.db, after![0]!.activationsId)).toMatchObject({
        model: 'imported',
        hook: 'blocks.1.hook_mlp_out',
        manifest: { imported: { files: [{ name: 'rows-0.npy' }, {}, {}, { name: 'ids.npy' }] } },
      });
    } finally {
      await database.close();
    }

    const again = await sweep('imported.ts', dataDir, ['--verify'], environment);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('2 finished earlier');
  });

  it('says which file is wrong, and trains nothing', async () => {
    const folder = join(dataDir, 'exported');
    const { code, stderr } = await sweep('imported.ts', dataDir, [], {
      TEST_ACTIVATIONS: join(folder, 'ids.npy'),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/error import\.dtype\n.*ids\.npy: the dtype is not supported/);
  });
});
