/** A variant's own curve, from its `log` to the database. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { curvesOf, openDatabase, runsOfSweep } from '@sae-lab/db';
import { listVariants } from '@sae-lab/db/reading';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => removeDataDir(dataDir));

it('stores the curves of a variant like the others, with its description of them', async () => {
  const { code, events } = await sweep('curves.ts', dataDir, ['--json']);
  expect(code).toBe(0);
  const database = await openDatabase({ dataDir, url: '' });
  const { db } = database;
  try {
    const runs = await runsOfSweep(db, events().at(-1)!['sweepId'] as number);
    expect(runs.map(({ variant }) => variant).toSorted()).toEqual(['batch-topk', 'labelled']);
    const described = new Map((await listVariants(db)).map(({ name, curves }) => [name, curves]));
    expect(described.get('labelled')).toEqual({
      threshold: { label: 'Cut-off', meaning: 'Mean of θ over the latents.', unit: 'input norms' },
    });
    expect(described.get('batch-topk')).toMatchObject({ threshold: { label: 'Threshold' } });
    for (const { id, runHash, variant } of runs) {
      const curves = await curvesOf(db, id);
      const curve = curves.get('threshold')!;
      const l0 = curves.get('l0')!;
      expect(curve.steps).toEqual(l0.steps);
      expect(curve.steps).toHaveLength(60);
      expect(new Set(curve.values).size).toBeGreaterThan(30);
      // BatchTopK logs its state after the step: the last point is the threshold that is saved.
      if (variant === 'batch-topk') {
        expect(await savedThreshold(join(dataDir, 'runs', runHash, 'sae'))).toBe(curve.values.at(-1));
      }
    }
  } finally {
    await database.close();
  }
});

/** The first latent's threshold. BatchTopK has one for all latents. */
async function savedThreshold(folder: string): Promise<number> {
  const bytes = await readFile(join(folder, 'sae_weights.safetensors'));
  const header = Number(bytes.readBigUInt64LE(0));
  const layout = JSON.parse(bytes.toString('utf8', 8, 8 + header)) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  return bytes.readFloatLE(8 + header + layout['threshold']!.data_offsets[0]);
}
