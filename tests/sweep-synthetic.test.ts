/** Synthetic activations. The tests share one data folder and run in order: later ones expect what the first trained. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

describe('pnpm sweep on synthetic activations', () => {
  it('synthesises them, trains, and stores how well each SAE found the true features', async () => {
    const { code, events } = await sweep('synthetic.ts', dataDir, ['--json']);
    expect(code).toBe(0);
    const all = events();
    expect(all.find(({ type }) => type === 'activations.finished')).toMatchObject({ hooks: ['synthetic'] });
    expect(all.at(-1)).toMatchObject({ type: 'sweep.finished', runs: 2, finished: 2 });

    const database = await openDatabase({ dataDir, url: '' });
    try {
      const runs = await runsOfSweep(database.db, all.at(-1)!['sweepId'] as number);
      expect(runs.map(({ hook }) => hook)).toEqual(['synthetic', 'synthetic']);
      for (const { figures, runHash } of runs) {
        expect(figures['mmcs']).toBeGreaterThan(0.8);
        expect(figures['mmcs']).toBeLessThanOrEqual(1);
        expect(figures['recovered']).toBeGreaterThan(0.3);
        // A tenth of the rows, in blocks.
        expect(Math.abs(figures['evaluation_tokens']! - 2000)).toBeLessThan(500);
        const config = await readFile(join(dataDir, 'runs', runHash, 'sae', 'cfg.json'), 'utf8');
        expect(JSON.parse(config)).toMatchObject({
          d_in: 16,
          metadata: { model_name: 'synthetic', hook_name: 'synthetic', context_size: 1 },
        });
      }
      expect(await activationsById(database.db, runs[0]!.activationsId)).toMatchObject({
        model: 'synthetic',
        hook: 'synthetic',
        rows: 20_000,
        manifest: { synthetic: { spec: { features: 24, dIn: 16, active: 2 } } },
      });
    } finally {
      await database.close();
    }
  });

  it('shows the recovery scores in the comparison, and trains nothing the second time', async () => {
    const { code, stdout, stderr } = await sweep('synthetic.ts', dataDir);
    expect(code).toBe(0);
    expect(stdout).toMatch(/MMCS .* recovered/);
    expect(stdout).toMatch(/synthetic .* k=2 .* 0\.\d{3} /);
    expect(stderr).toContain('2 finished earlier');
  });
});
