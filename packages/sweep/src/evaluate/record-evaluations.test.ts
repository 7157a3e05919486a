import type { EvaluationResult, LatentFeatures } from '@sae-lab/core';
import {
  enqueueRuns,
  evaluationsOfRun,
  latentOf,
  latentsByDensity,
  openClaims,
  type Database,
} from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { newRun, newSweep } from '@sae-lab/db/testing/rows';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provenance } from '../run/provenance.ts';
import { subjectKey } from './evaluated-hook.ts';
import { evaluationQueue } from './evaluation-queue.ts';
import { planJobs, type EvaluationJob, type HookRequests } from './plan-jobs.ts';
import { recordEvaluations } from './record-evaluations.ts';
import { runSubject } from './subjects.ts';

let test: TestDatabase;
let database: Database;
let runIds: number[];
const request = { name: 'reconstruction', settings: {} };
const provenance = { commit: 'abc' } as Provenance;

beforeAll(async () => {
  test = await openTestDatabase();
  ({ database } = test);
  const sweepId = await newSweep(database.db);
  const stored = await enqueueRuns(
    database.db,
    sweepId,
    Array.from({ length: 4 }, () => newRun()),
  );
  runIds = stored.map((row) => row.id);
});
afterAll(() => test.stop());

const askedFor = (runs: readonly number[], requests: HookRequests['requests']): HookRequests => ({
  on: {
    hook: 'h',
    dIn: 4,
    activations: { id: 'a', folder: '/nowhere', holdout: 0.1 },
    subjects: runs.map((runId) =>
      runSubject(
        { runId, runHash: `${runId}`, variant: 'topk', coefficient: 'k=2', width: 8, seed: 0 },
        '/nowhere',
      ),
    ),
  },
  requests,
});
const plan = (
  runs: readonly number[],
  { requests = [{ request }], force = false }: { requests?: HookRequests['requests']; force?: boolean } = {},
) => planJobs(database.db, [askedFor(runs, requests)], { dataDir: '/nowhere', force });
const result = (l0: number): EvaluationResult => ({
  figures: { l0, mse: Number.NaN },
  intervals: { l0: { low: l0 - 1, high: l0 + 1 } },
  histograms: { spread: { edges: [0, 1], counts: [2] } },
  tokens: 10,
  documents: 5,
});
const latent = (index: number): LatentFeatures => ({
  latent: index,
  density: index / 10,
  maxActivation: 2,
  histogram: { edges: [0, 1], counts: [1] },
  quantiles: [],
  top: [{ document: 1, piece: 0, start: 0, tokens: ['a', ' cat'], activations: [0, 2], at: 1 }],
  bands: [],
  silent: [],
  raised: [{ token: ' dog', tokenId: 7, weight: 1 }],
  lowered: [],
  nearest: [],
  matches: [],
});
const keysOf = (jobs: readonly EvaluationJob[]): string[][] =>
  jobs.map(({ subjects }) => subjects.map(({ subject }) => subjectKey(subject)));

describe('recordEvaluations', () => {
  it('stores feature data as they come, and shows them with the result', async () => {
    const [runId] = runIds as [number];
    const { jobs } = await plan([runId]);
    const recorder = recordEvaluations(database.db, jobs[0]!, provenance);
    await recorder.addFeatures(`run ${runId}`, [latent(0), latent(1)]);
    await recorder.addFeatures(`run ${runId}`, [latent(2)]);
    expect(await evaluationsOfRun(database.db, runId)).toEqual([]);
    const figures = await recorder.finish([result(3)], 4);
    expect(figures).toEqual([
      { l0: { value: 3, low: 2, high: 4 }, mse: { value: Number.NaN, low: null, high: null } },
    ]);
    const [row] = await evaluationsOfRun(database.db, runId);
    expect(row).toMatchObject({
      name: 'reconstruction',
      activationsId: 'a',
      seconds: 4,
      tokens: 10,
      figures: figures[0],
    });
    const listed = await latentsByDensity(database.db, row!.id, { limit: 10 });
    expect(listed.map((one) => one.latent)).toEqual([2, 1, 0]);
    expect(listed[0]).toMatchObject({ topToken: ' cat', raisedToken: ' dog', loweredToken: null });
    expect((await latentOf(database.db, row!.id, 1))!.features).toMatchObject({ quantiles: [], bands: [] });
  });

  it('leaves nothing of a job that failed', async () => {
    const runId = runIds[1]!;
    const { jobs } = await plan([runId]);
    const recorder = recordEvaluations(database.db, jobs[0]!, provenance);
    await recorder.addFeatures(`run ${runId}`, [latent(0)]);
    await recorder.abandon();
    const [left] = await database.sql`select count(*)::int as rows from evaluations where run_id = ${runId}`;
    expect(left!['rows']).toBe(0);
  });
});

describe('planJobs', () => {
  it('leaves out what is evaluated, unless forced, and what is asked for twice', async () => {
    const twice = [{ request }, { request }];
    const { jobs, skipped } = await plan(runIds.slice(0, 3), { requests: twice });
    expect(keysOf(jobs)).toEqual([[`run ${runIds[1]}`, `run ${runIds[2]}`]]);
    expect(skipped.map(({ subject }) => subject.subject)).toEqual([{ runId: runIds[0] }]);
    expect(keysOf((await plan(runIds.slice(0, 2), { force: true })).jobs)).toHaveLength(1);
    const other = { name: 'reconstruction', settings: { maxTokens: 5 } };
    expect(keysOf((await plan([runIds[0]!], { requests: [{ request: other }] })).jobs)).toHaveLength(1);
  });

  it('bounds the SAEs of a pass', async () => {
    const many = Array.from({ length: 70 }, (_, index) => 1000 + index);
    expect(keysOf((await plan(many)).jobs).map((keys) => keys.length)).toEqual([32, 32, 6]);
  });
});

describe('evaluationQueue', () => {
  it('hands out what another process has claimed once that has ended', async () => {
    const ids = runIds.slice(2);
    const { jobs } = await plan(ids);
    const [own, other] = [await openClaims(database), await openClaims(database)];
    const { signal } = new AbortController();
    const options = { db: database.db, signal, force: false };
    const elsewhere: number[] = [];
    const theirs = evaluationQueue(
      [{ ...jobs[0]!, subjects: jobs[0]!.subjects.slice(0, 1) }],
      { ...options, claims: other },
      () => {},
    );
    const ours = evaluationQueue(jobs, { ...options, claims: own }, (_, { subject }) =>
      elsewhere.push(subject.runId!),
    );
    const taken = (await theirs.take())!;
    expect(keysOf([(await ours.take())!])).toEqual([[`run ${ids[1]}`]]);
    // The other process finishes its own SAE while ours waits for it.
    const waiting = ours.take();
    await recordEvaluations(database.db, taken, provenance).finish([result(1)], 1);
    await theirs.release(taken);
    expect(await waiting).toBeUndefined();
    expect(elsewhere).toEqual([ids[0]]);
    await Promise.all([own.close(), other.close()]);
  });
});
