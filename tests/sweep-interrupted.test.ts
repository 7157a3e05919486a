/** One sweep that is interrupted, killed and finished, in this order: each test continues where the last one stopped. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { curvesOf, openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newDataDir, startSweep, sweep } from './sweep-command.ts';

let interruptedDir: string;
let wholeDir: string;

beforeAll(async () => {
  [interruptedDir, wholeDir] = [await newDataDir(), await newDataDir()];
});
afterAll(async () => {
  await removeDataDir(interruptedDir);
  await removeDataDir(wholeDir);
});

/** The results of a sweep: curves and weights by coefficient. */
async function results(dataDir: string) {
  const database = await openDatabase({ dataDir, url: '' });
  const runs = await runsOfSweep(database.db, 1);
  const loss = await Promise.all(runs.map(async ({ id }) => (await curvesOf(database.db, id)).get('loss')));
  await database.close();
  return Promise.all(
    runs.map(async ({ runHash, hyper, status, figures }, index) => ({
      k: hyper['k'],
      status,
      figures,
      loss: loss[index],
      weights: await readFile(join(dataDir, 'runs', runHash, 'sae', 'sae_weights.safetensors'), 'hex').catch(
        () => null,
      ),
    })),
  );
}

describe('pnpm sweep, interrupted', () => {
  it('writes checkpoints and exits with 130 on Ctrl-C', async () => {
    const command = startSweep('long.ts', interruptedDir, ['--json']);
    await command.shown('run.progress');
    command.process.kill('SIGINT');
    const { code, events } = await command.ended;
    expect(code).toBe(130);
    const last = events().at(-1)!;
    expect(last).toMatchObject({ type: 'sweep.finished', failed: 0, diverged: 0 });
    expect(last['interrupted']).toBeGreaterThanOrEqual(1);
    expect((await results(interruptedDir)).map(({ status }) => status)).toContain('interrupted');
    const planned = await sweep('long.ts', interruptedDir, ['--dry-run']);
    expect(planned.stdout).toMatch(/│ interrupted +│ continue +│/);
  });

  it('continues after its process was killed', async () => {
    const command = startSweep('long.ts', interruptedDir, ['--json']);
    await command.shown('run.progress');
    const statuses = async () => (await results(interruptedDir)).map(({ status }) => status);
    await vi.waitFor(async () => expect(await statuses()).toContain('running'), {
      timeout: 60_000,
      interval: 200,
    });
    command.process.kill('SIGKILL');
    expect((await command.ended).code).toBe(null);
    // No process stored this status: Postgres dropped the claims of the killed one.
    await vi.waitFor(async () => expect(await statuses()).not.toContain('running'), { timeout: 20_000 });
    expect(await statuses()).toContain('interrupted');
  });

  it('produces the weights and curves of an uninterrupted sweep', async () => {
    const { code, events } = await sweep('long.ts', interruptedDir, ['--json']);
    expect(code).toBe(0);
    expect(events().at(-1)).toMatchObject({ failed: 0, interrupted: 0 });
    expect((await sweep('long.ts', wholeDir)).code).toBe(0);
    expect(await results(interruptedDir)).toEqual(await results(wholeDir));
  });
});
