/** Figures and labels. The tests share one data folder, but none needs the runs of another. */
import { openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => removeDataDir(dataDir));

async function storedRuns(sweepId: unknown) {
  const database = await openDatabase({ dataDir, url: '' });
  try {
    return await runsOfSweep(database.db, sweepId as number);
  } finally {
    await database.close();
  }
}

describe('pnpm sweep', () => {
  it('does not group runs with close values as seeds of one configuration', async () => {
    const { code, stdout, stderr } = await sweep('close-values.ts', dataDir);
    expect(code).toBe(0);
    const rows = stdout.split('\n').filter((line) => line.includes('relu-l1'));
    expect(rows.map((row) => /l1=\S+ learningRate=\S+/.exec(row)?.[0])).toEqual([
      'l1=1 learningRate=0.001',
      'l1=1 learningRate=0.00100003',
      'l1=1.00001 learningRate=0.001',
      'l1=1.00001 learningRate=0.00100003',
    ]);
    expect(stdout).toContain('seeds 1');
    // Printed once, not once per run, and below the table.
    expect(stderr.match(/evaluation.maxTokens asks for 20000 activations/g)).toHaveLength(1);
    expect(stdout).toMatch(/\nEvaluated on 336 activations\./);
  });

  it('finishes a run with an undefined figure, and shows it as undefined everywhere', async () => {
    const { code, events } = await sweep('one-row.ts', dataDir, ['--json']);
    expect(code).toBe(0);
    const { figures } = events().find(({ type }) => type === 'run.finished') as { figures?: object };
    expect(figures).toMatchObject({ explained_variance: null, evaluation_tokens: 1 });
    const [stored] = await storedRuns(events().at(-1)!['sweepId']);
    expect(stored).toMatchObject({ status: 'finished', figures: { explained_variance: Number.NaN } });
    const { stdout } = await sweep('one-row.ts', dataDir);
    expect(stdout).toMatch(/k=2 +│ +1 │ +\d\.\d │ +– │/);
  });

  it('reports constant activations as such, not as divergence', async () => {
    const { code, events } = await sweep('constant.ts', dataDir, ['--json']);
    expect(code).toBe(1);
    expect(events().find(({ type }) => type === 'run.failed')).toMatchObject({
      error: { code: 'activations.constant', message: expect.stringContaining('all equal') },
    });
  });

  it('refuses a name that the database cannot store', async () => {
    const { code, stderr } = await sweep('odd-name.ts', dataDir);
    expect(code).toBe(2);
    expect(stderr).toContain('error sweep.invalid\nname: has a character that cannot be stored');
  });
});
