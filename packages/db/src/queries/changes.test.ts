import { expect, onTestFinished, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { newRun, newSweep, silence, startedRun } from '../testing/sample-rows.ts';
import { runVersion, sweepsVersion, sweepVersion } from './changes.ts';
import { openClaims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { saveResult } from './results.ts';
import { appendCurves } from './curves.ts';
import { failRun, recordProgress, startRun } from './run-lifecycle.ts';
import { setSweepStatus } from './sweeps.ts';
import { registerWorker } from './workers.ts';

const server = useTestDatabase();

/** Whether a version changed at each of these steps. It is also read twice in between and must not change there. */
async function changes(
  version: () => Promise<string>,
  steps: (() => Promise<unknown>)[],
): Promise<boolean[]> {
  const changed: boolean[] = [];
  let before = await version();
  for (const step of steps) {
    await step();
    const after = await version();
    expect(await version()).toBe(after);
    changed.push(after !== before);
    before = after;
  }
  return changed;
}

const result = { figures: { l0: 1 }, histograms: [], artifacts: [], seconds: 1, finalStep: 9 };

test('changes a sweep’s version only when its runs are added, progress or end', async () => {
  const sweep = await newSweep(server.db);
  const run = newRun();
  let id = 0;
  const attempt = { runId: 0, attempt: 1 };
  expect(
    await changes(
      () => sweepVersion(server.db, sweep),
      [
        async () => (id = (await enqueueRuns(server.db, sweep, [run]))[0]!.id),
        async () => (attempt.runId = id),
        () => startRun(server.db, id, { provenance: {} }),
        () => recordProgress(server.db, { ...attempt, step: 5 }),
        () => failRun(server.db, { ...attempt, error: { code: 'a.b', message: 'c' } }),
        () => startedRun(server.db),
        () => setSweepStatus(server.db, sweep, 'finished'),
      ],
    ),
  ).toEqual([true, false, true, true, true, false, true]);
});

test('changes a sweep’s version when a worker starts, falls silent or ends, not when it speaks', async () => {
  const sweep = await newSweep(server.db);
  const claims = await openClaims(server.database);
  onTestFinished(() => claims.close());
  const { holderId } = claims;
  const worker = { holderId, hostname: 'gpu-7', pid: 1, concurrency: 1, device: 'cpu', dataDir: '/data' };
  expect(
    await changes(
      () => sweepVersion(server.db, sweep),
      [
        () => registerWorker(server.db, { ...worker, queues: ['train.cpu'] }),
        () => claims.beat(),
        () => silence(server.db, claims),
        () => claims.beat(),
        () => claims.close(),
      ],
    ),
  ).toEqual([true, false, true, true, true]);
});

test('changes the version of the list with statuses, not with progress', async () => {
  const attempt = await startedRun(server.db);
  expect(
    await changes(
      () => sweepsVersion(server.db),
      [
        () => recordProgress(server.db, { ...attempt, step: 5 }),
        () => saveResult(server.db, { ...attempt, ...result }),
        () => newSweep(server.db),
      ],
    ),
  ).toEqual([false, true, true]);
});

test('changes a run’s version with the first point of a curve, not with the next ones', async () => {
  const [attempt, other] = [await startedRun(server.db), await startedRun(server.db)];
  const curves = { loss: { steps: [0], values: [Number.NaN] } };
  expect(
    await changes(
      () => runVersion(server.db, attempt.runId),
      [
        () => appendCurves(server.db, { ...attempt, curves }),
        () => appendCurves(server.db, { ...attempt, curves: { loss: { steps: [1], values: [2] } } }),
        () => appendCurves(server.db, { ...other, curves }),
        () => saveResult(server.db, { ...attempt, ...result }),
      ],
    ),
  ).toEqual([true, false, false, true]);
});

test('has a version for missing sweeps and runs', async () => {
  expect(await sweepVersion(server.db, 999_999)).toBe('');
  expect(await runVersion(server.db, 999_999)).toBe('');
});
