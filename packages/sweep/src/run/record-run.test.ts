import {
  attemptClocks,
  attemptLogs,
  enqueueRuns,
  histogramsOf,
  curvesOf,
  runById,
  runsOfSweep,
  artifactsOf,
} from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { newRun, newSweep } from '@sae-lab/db/testing/rows';
import { SaeLabError } from '@sae-lab/errors';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Provenance } from './provenance.ts';
import { recordRun } from './record-run.ts';

let test: TestDatabase;
let sweepId: number;
const provenance = { commit: 'abc' } as Provenance;

beforeAll(async () => {
  test = await openTestDatabase();
  sweepId = await newSweep(test.database.db);
});
afterAll(() => test.stop());

async function storedRun(): Promise<number> {
  const [run] = await enqueueRuns(test.database.db, sweepId, [newRun()]);
  return run!.id;
}

function recorder(runId: number, onWriteFailed: (error: unknown) => void = () => {}) {
  return recordRun(test.database.db, { runId, dataDir: '/data', provenance }, onWriteFailed);
}

const points = (from: number, to: number, value: number) => {
  const steps = Array.from({ length: to - from }, (_, i) => from + i);
  return { type: 'curves', curves: { loss: { steps, values: steps.map(() => value) } } } as const;
};
const started = { type: 'started', totalSteps: 10, lossConvention: 'none', backend: 'cpu' } as const;

const lossOf = async (runId: number) => (await curvesOf(test.database.db, runId)).get('loss');

describe('recordRun', () => {
  it('stores a complete run, NaN included, with paths relative to the data folder', async () => {
    const runId = await storedRun();
    const run = recorder(runId);
    run.record(started);
    run.record(points(0, 2, Number.NaN));
    run.print('\0 said the worker', 'output');
    run.record({ type: 'progress', step: 2, totalSteps: 10, tokensPerSecond: 1, secondsLeft: 1 });
    await run.finish({
      status: 'finished',
      steps: 10,
      seconds: 3,
      figures: { l0: 4, mse: Number.NaN },
      histograms: { values: { edges: [0, 1], counts: [5] } },
      artifacts: [{ kind: 'sae', path: '/data/runs/whole/sae/w.safetensors', bytes: 7, sha256: 's' }],
    });
    const { db } = test.database;
    const stored = (await runsOfSweep(db, sweepId)).find(({ id }) => id === runId);
    expect(stored).toMatchObject({
      status: 'finished',
      attempt: 1,
      step: 10,
      totalSteps: 10,
      seconds: 3,
      provenance: { commit: 'abc', backend: 'cpu' },
      figures: { l0: 4, mse: Number.NaN },
    });
    const [log] = await attemptLogs(db, runId, 1);
    expect(log).toMatchObject({ attempt: 1, cut: 0 });
    expect(log!.lines.map(({ from, text }) => `${from}: ${text}`)).toEqual([
      'run: Training starts: 10 steps, backend cpu.',
      'output: \ufffd said the worker',
      'run: Finished: 10 steps in 3.0 s, evaluated and saved.',
    ]);
    const [clock] = await attemptClocks(db, [runId]);
    expect(clock).toMatchObject({ runId, steps: [0, 2] });
    expect(clock!.seconds).toHaveLength(2);
    expect(await lossOf(runId)).toEqual({ steps: [0, 1], values: [Number.NaN, Number.NaN] });
    expect(await histogramsOf(db, runId)).toEqual([{ runId, name: 'values', edges: [0, 1], counts: [5] }]);
    expect(await artifactsOf(db, runId)).toMatchObject([{ path: 'runs/whole/sae/w.safetensors', bytes: 7 }]);
  });

  it.each([2, 6])(
    'keeps the curves of the checkpoint that it resumes from, with %i points stored before',
    async (stored) => {
      const runId = await storedRun();
      const first = recorder(runId);
      first.record(started);
      first.record(points(0, stored, 1));
      await first.finish({ status: 'interrupted', step: 4 });
      const second = recorder(runId);
      second.record(started);
      second.record({ type: 'resumed', step: 4, curves: points(0, 4, 1).curves });
      second.record(points(4, 8, 2));
      await second.finish({ status: 'interrupted', step: 8 });
      expect(await lossOf(runId)).toEqual({
        steps: [0, 1, 2, 3, 4, 5, 6, 7],
        values: [1, 1, 1, 1, 2, 2, 2, 2],
      });
      expect(await runById(test.database.db, runId)).toMatchObject({ status: 'interrupted', attempt: 2 });
    },
  );

  it('drops the curves of a first attempt when the second starts from the beginning', async () => {
    const runId = await storedRun();
    const first = recorder(runId);
    first.record(points(0, 6, 1));
    await first.finish({ status: 'failed', error: new SaeLabError('run.failed', { problem: 'p' }).toJSON() });
    expect(await runById(test.database.db, runId)).toMatchObject({
      status: 'failed',
      error: { code: 'run.failed' },
    });
    const second = recorder(runId);
    second.record(points(0, 2, 2));
    await second.finish({
      status: 'diverged',
      step: 2,
      error: new SaeLabError('run.worker-crashed', { problem: 'p' }).toJSON(),
    });
    expect(await lossOf(runId)).toEqual({ steps: [0, 1], values: [2, 2] });
    expect(await runById(test.database.db, runId)).toMatchObject({ status: 'diverged', divergedAtStep: 2 });
  });

  it('reports at once that another process took the run over, and writes nothing more', async () => {
    const runId = await storedRun();
    const onWriteFailed = vi.fn<(error: unknown) => void>();
    const first = recorder(runId, onWriteFailed);
    first.record(points(0, 2, 1));
    await vi.waitFor(async () => expect(await lossOf(runId)).toBeDefined(), { timeout: 20_000 });
    const second = recorder(runId);
    second.record(points(0, 1, 2));
    await vi.waitFor(async () => expect((await lossOf(runId))?.values).toEqual([2]), { timeout: 20_000 });
    first.record(points(2, 4, 1));
    await expect(first.finish({ status: 'interrupted', step: 4 })).rejects.toMatchObject({
      code: 'db.stale-attempt',
    });
    expect(onWriteFailed).toHaveBeenCalled();
    await second.finish({ status: 'interrupted', step: 1 });
    expect((await lossOf(runId))?.values).toEqual([2]);
  });

  it('does not restart a finished run', async () => {
    const runId = await storedRun();
    const finished = {
      status: 'finished',
      steps: 1,
      seconds: 1,
      figures: {},
      histograms: {},
      artifacts: [],
    } as const;
    await recorder(runId).finish({ ...finished, artifacts: [] });
    await expect(recorder(runId).finish({ ...finished, artifacts: [] })).rejects.toMatchObject({
      code: 'run.finished-elsewhere',
    });
  });
});
