import { enqueueRuns, saveResult, startRun, upsertSweep } from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import type { SaeLabError } from '@sae-lab/errors';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRun, findRuns } from './find-runs.ts';

const HASHES = ['aaaa1111', 'aaaa2222', 'bbbb3333'];

let opened: TestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
  const { db } = opened.database;
  const rest = { definition: {}, file: 'x.ts', source: '' };
  const { id } = await upsertSweep(db, { name: 'layers', definitionHash: 'a', ...rest });
  const { id: empty } = await upsertSweep(db, { name: 'pending', definitionHash: 'b', ...rest });
  const runs = HASHES.map((runHash) => ({
    runHash,
    variant: 'topk',
    mathVersion: 1,
    hyper: { k: 4 },
    hook: 'blocks.1.hook_mlp_out',
    width: 64,
    seed: 0,
    activationsId: 'a',
    config: {},
    lossConvention: 'mse',
  }));
  const stored = await enqueueRuns(db, id, runs);
  await enqueueRuns(db, empty, runs.slice(2));
  for (const run of stored.filter(({ runHash }) => runHash.startsWith('aaaa'))) {
    const attempt = (await startRun(db, run.id, { provenance: {}, totalSteps: 1 }))!;
    const result = { figures: {}, histograms: [], artifacts: [], seconds: 1, finalStep: 1 };
    await saveResult(db, { runId: run.id, attempt, ...result });
  }
});
afterAll(() => opened.stop());

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'no error',
    (error: SaeLabError) => error.code,
  );

it('finds a run by the first digits of its hash', async () => {
  const { db } = opened.database;
  expect((await findRun(db, 'aaaa1')).runHash).toBe('aaaa1111');
  expect((await findRun(db, 'AAAA1')).runHash).toBe('aaaa1111');
  expect(await findRuns(db, 'aaaa2222')).toMatchObject({ runs: [{ runHash: 'aaaa2222' }] });
});

it('finds the finished runs of a sweep', async () => {
  const { sweep, runs } = await findRuns(opened.database.db, 'layers');
  expect(sweep).toBe('layers');
  expect(runs.map(({ runHash }) => runHash)).toEqual(['aaaa1111', 'aaaa2222']);
});

it.each([
  ['aaaa', 'share.ambiguous-run'],
  ['cccc', 'share.unknown-run'],
  ['layer', 'share.unknown-run'],
  ['bbbb', 'share.not-finished'],
  ['pending', 'share.not-finished'],
])('refuses %s', async (name, code) => {
  expect(await codeOf(findRuns(opened.database.db, name))).toBe(code);
});

it('says that a hash is too short', async () => {
  await expect(findRun(opened.database.db, 'aaa')).rejects.toThrow('at least the first 4 digits');
});

it('refuses a sweep where one run is needed', async () => {
  expect(await codeOf(findRun(opened.database.db, 'layers'))).toBe('share.ambiguous-run');
});
