/** `pnpm sweep` end to end. The tests share one data folder and run in order: most build on the runs of earlier ones. */
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { curvesOf, openDatabase, runsOfSweep, type EvaluatedRun } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => removeDataDir(dataDir));

async function storedRuns(sweepId: unknown): Promise<EvaluatedRun[]> {
  const database = await openDatabase({ dataDir, url: '' });
  try {
    return await runsOfSweep(database.db, sweepId as number);
  } finally {
    await database.close();
  }
}

describe('pnpm sweep', () => {
  it('lists the runs without creating a database', async () => {
    const { code, stdout } = await sweep('tiny.ts', dataDir, ['--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('2 runs: 0 finished, 2 to train');
    expect(await readdir(dataDir)).toEqual(['hash-cache.json']);
  });

  it('warns that two names mean the same hook, before the runs and among the events', async () => {
    const message =
      'the hooks blocks.1.hook_resid_pre and blocks.0.hook_resid_post are the same tensor: ' +
      'results are listed as blocks.0.hook_resid_post';
    const planned = await sweep('two-names.ts', dataDir, ['--dry-run', '--json']);
    expect(planned.stderr).toContain(`warning: ${message}\n`);
    const started = await sweep('two-names.ts', dataDir, ['--json']);
    expect(started.stderr.split(message)).toHaveLength(2);
    for (const { events } of [planned, started]) {
      expect(events().filter(({ type }) => type === 'sweep.warning')).toEqual([
        { type: 'sweep.warning', message },
      ]);
    }
    expect(started.events().at(-1)).toMatchObject({ type: 'sweep.finished', runs: 1, finished: 1 });
  });

  it('trains and stores every run, and prints only JSON with --json', async () => {
    const { code, events } = await sweep('tiny.ts', dataDir, ['--json']);
    expect(code).toBe(0);
    const all = events();
    expect(all[0]).toMatchObject({ type: 'sweep.started', name: 'tiny', runs: 2, toRun: 2 });
    expect(all.filter(({ type }) => type === 'run.started')).toHaveLength(2);
    expect(all.filter(({ type }) => type === 'run.finished')).toHaveLength(2);
    const last = all.at(-1)!;
    const { sweepId, seconds, ...counts } = last;
    expect(seconds).toBeGreaterThan(0);
    expect(counts).toEqual({
      type: 'sweep.finished',
      runs: 2,
      finished: 2,
      skipped: 0,
      failed: 0,
      diverged: 0,
      interrupted: 0,
      cancelled: 0,
    });

    const runs = await storedRuns(sweepId);
    expect(runs.map(({ hyper, status, step, totalSteps }) => [hyper['k'], status, step, totalSteps])).toEqual(
      [
        [4, 'finished', 20, 20],
        [8, 'finished', 20, 20],
      ],
    );
    for (const run of runs) {
      expect(run.figures['l0']).toBeCloseTo(run.hyper['k'] as number, 5);
      expect(run.figures['explained_variance']).toBeGreaterThan(0.05);
      expect(run.lossConvention).toContain('AuxK');
      expect(run.provenance).toMatchObject({
        node: process.version,
        backend: expect.any(String),
        lockfile: expect.stringMatching(/^[0-9a-f]{64}$/),
        versions: { '@tensorflow/tfjs': '4.22.0' },
      });
      await access(join(dataDir, 'runs', run.runHash, 'sae', 'cfg.json'));
    }
  });

  it('stores the curves of a run', async () => {
    const database = await openDatabase({ dataDir, url: '' });
    const { steps, values } = (await curvesOf(database.db, 1)).get('loss')!;
    await database.close();
    expect(steps).toEqual(Array.from({ length: 20 }, (_, step) => step));
    expect(values.at(-1)).toBeLessThan(values[0]!);
  });

  it('trains nothing the second time, and prints the comparison', async () => {
    const { code, stdout, stderr } = await sweep('tiny.ts', dataDir);
    expect(code).toBe(0);
    expect(stdout).toMatch(/topk .* k=4 .* 1 .* 4\.0/);
    expect(stdout).toMatch(/topk .* k=8 .* 1 .* 8\.0/);
    expect(stderr).toContain('2 finished earlier');
    const { stdout: planned } = await sweep('tiny.ts', dataDir, ['--dry-run']);
    expect(planned).toContain('2 runs: 2 finished, 0 to train');
  });

  it('reuses the runs of another sweep', async () => {
    const { code, events } = await sweep('overlapping.ts', dataDir, ['--json']);
    expect(code).toBe(0);
    expect(events().find(({ type }) => type === 'run.skipped')).toMatchObject({ coefficient: 'k=8' });
    expect(events().at(-1)).toMatchObject({ runs: 2, finished: 1, skipped: 1 });
  });
});

describe('pnpm sweep with a faulty variant', () => {
  it('trains the other runs, and stores why each failed run failed', async () => {
    const { code, events, stderr } = await sweep('faulty.ts', dataDir, ['--json']);
    expect(code).toBe(1);
    expect(events().at(-1)).toMatchObject({ runs: 6, finished: 0, skipped: 2, failed: 3, diverged: 1 });
    const runs = await storedRuns(events().at(-1)!['sweepId']);
    const errors = Object.fromEntries(
      runs.filter(({ variant }) => variant === 'faulty').map((run) => [run.hyper['fault'], run]),
    );
    expect(errors['throw']).toMatchObject({ status: 'failed', error: { code: 'run.failed' } });
    expect(errors['throw']?.error?.message).toContain('RangeError: the variant is at fault');
    expect(errors['throw']?.error?.message).toContain('faulty.ts');
    expect(errors['exit']).toMatchObject({ status: 'failed', error: { code: 'run.worker-crashed' } });
    expect(errors['exit']?.error?.message).toContain('exit code 7');
    expect(errors['exit']?.error?.message).toContain('about to leave');
    expect(errors['kill']).toMatchObject({ status: 'failed', error: { code: 'run.worker-crashed' } });
    expect(errors['kill']?.error?.message).toContain('SIGKILL');
    expect(errors['explode']).toMatchObject({ status: 'diverged', divergedAtStep: expect.any(Number) });
    expect(stderr).toContain('the variant is at fault');
  });

  it('retries failed runs but only reports the diverged one', async () => {
    const { code, events } = await sweep('faulty.ts', dataDir, ['--json']);
    expect(code).toBe(1);
    const started = events().filter(({ type }) => type === 'run.started');
    // The two workers start at once.
    expect(started.map(({ coefficient }) => coefficient as string).toSorted()).toEqual(
      ['exit', 'kill', 'throw'].map((fault) => `k=4 fault=${fault}`),
    );
    expect(events().filter(({ earlier }) => earlier === true)).toHaveLength(1);
    expect(events().at(-1)).toMatchObject({ finished: 0, skipped: 2, failed: 3, diverged: 1 });
  });

  it('retries only failed and diverged runs with --only-failed, and stops at the first with --fail-fast', async () => {
    const { code, events } = await sweep('faulty.ts', dataDir, [
      '--json',
      '--only-failed',
      '--fail-fast',
      '--workers',
      '1',
    ]);
    expect(code).toBe(1);
    expect(events().filter(({ type }) => type === 'run.started')).toEqual([
      expect.objectContaining({ variant: 'faulty', coefficient: 'k=4 fault=throw' }),
    ]);
    expect(events().at(-1)).toMatchObject({ failed: 1, interrupted: 0 });
  });
});
