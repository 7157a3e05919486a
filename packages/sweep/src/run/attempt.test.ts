import { curvesOf, enqueueRuns, runById } from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { newRun, newSweep } from '@sae-lab/db/testing/rows';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAttempt } from './attempt.ts';
import type { Provenance } from './provenance.ts';
import type { TakenRun } from './run-queue.ts';

let test: TestDatabase;
let sweepId: number;

beforeAll(async () => {
  test = await openTestDatabase();
  sweepId = await newSweep(test.database.db);
});
afterAll(() => test.stop());

async function newAttempt(runHash: string) {
  const { db } = test.database;
  const [stored] = await enqueueRuns(db, sweepId, [newRun({ runHash })]);
  const runId = stored!.id;
  const run = { runId, again: false } as TakenRun;
  const provenance = { commit: 'abc' } as Provenance;
  const attempt = openAttempt(db, { run, dataDir: '/data', provenance }, () => {});
  return { attempt, runId };
}

const curves = (from: number, to: number, value: number) => {
  const steps = Array.from({ length: to - from }, (_, i) => from + i);
  return { loss: { steps, values: steps.map(() => value) } };
};
const points = (from: number, to: number, value: number) =>
  ({ type: 'curves', curves: curves(from, to, value) }) as const;
const started = { type: 'started', totalSteps: 10, lossConvention: 'none', backend: 'cpu' } as const;
const lossOf = async (runId: number) => (await curvesOf(test.database.db, runId)).get('loss');

describe('an attempt in parts', () => {
  it('is one attempt, with the points of all parts', async () => {
    const { attempt, runId } = await newAttempt('parts');
    attempt.record(started);
    attempt.record(points(0, 3, 1));
    for (const [from, to] of [
      [3, 5],
      [5, 8],
    ] as const) {
      attempt.pause(from);
      attempt.record(started);
      // Not what is stored, which shows that the stored points are kept.
      attempt.record({ type: 'resumed', step: from, curves: curves(0, from, 7) });
      attempt.record(points(from, to, 1));
    }
    await attempt.finish({ status: 'interrupted', step: 8 });
    expect(await lossOf(runId)).toEqual(points(0, 8, 1).curves.loss);
    expect(await runById(test.database.db, runId)).toMatchObject({ attempt: 1, status: 'interrupted' });
  });

  it.each([
    ['resumes from another checkpoint', { type: 'resumed', step: 2, curves: curves(0, 2, 1) } as const, 2],
    ['starts over', undefined, 0],
  ])('drops the later points of a run that %s', async (name, resumed, from) => {
    const { attempt, runId } = await newAttempt(name);
    attempt.record(started);
    attempt.record(points(0, 4, 1));
    attempt.pause(4);
    attempt.record(started);
    attempt.record({ type: 'warning', message: 'the checkpoint was set aside' });
    if (resumed !== undefined) attempt.record(resumed);
    attempt.record(points(from, 6, 2));
    await attempt.finish({ status: 'interrupted', step: 6 });
    const { steps, values } = (await lossOf(runId))!;
    expect(steps).toEqual([0, 1, 2, 3, 4, 5]);
    expect(values).toEqual(steps.map((step) => (step < from ? 1 : 2)));
  });
});
