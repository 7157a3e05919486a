import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../connection/connect.ts';
import { openTestDatabase, type TestDatabase } from '../testing/open-test-database.ts';
import { newRun, newSweep } from '../testing/sample-rows.ts';
import { upsertActivations } from './activations.ts';
import { openClaims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { startRun } from './run-lifecycle.ts';
import { runByHash, runsByHashes, runsOfSweep } from './runs.ts';
import { listSweeps, setSweepStatus, sweepById, upsertSweep } from './sweeps.ts';
import { listVariants, upsertVariant } from './variants.ts';

let server: TestDatabase;
let db: Db;
beforeAll(async () => {
  server = await openTestDatabase();
  ({ db } = server.database);
});
afterAll(() => server.stop());

const definition = { name: 'a', definition: { seeds: [0, 1] }, file: 'experiments/a.ts', source: 'v1' };

test('a sweep that is started again is the same sweep, running', async () => {
  const first = await upsertSweep(db, { ...definition, definitionHash: 'again' });
  await setSweepStatus(db, first.id, 'interrupted');
  expect(await sweepById(db, first.id)).toMatchObject({
    status: 'interrupted',
    definition: { seeds: [0, 1] },
  });
  const again = await upsertSweep(db, { ...definition, definitionHash: 'again', source: 'v2' });
  expect(again).toMatchObject({ id: first.id, status: 'running', source: 'v2', createdAt: first.createdAt });
  expect(again.lastStartedAt.getTime()).toBeGreaterThan(first.lastStartedAt.getTime());
});

test('two sweeps share the runs that they have in common', async () => {
  const [a, b] = [await newSweep(db), await newSweep(db)];
  const [shared, onlyA, onlyB] = [newRun({ seed: 7, layer: null }), newRun(), newRun()];
  const ofA = await enqueueRuns(db, a, [shared, onlyA]);
  expect(ofA).toMatchObject([
    { hash: shared.hash, status: 'queued', created: true },
    { hash: onlyA.hash, status: 'queued', created: true },
  ]);
  const claims = await openClaims(server.database);
  await claims.claim(ofA[0]!.id);
  await startRun(db, ofA[0]!.id, { provenance: {} });
  expect(await enqueueRuns(db, b, [onlyB, shared])).toMatchObject([
    { hash: onlyB.hash, created: true },
    { id: ofA[0]!.id, hash: shared.hash, status: 'running', created: false },
  ]);
  expect((await runsOfSweep(db, a)).map(({ hash }) => hash)).toEqual([shared.hash, onlyA.hash]);
  expect((await runsOfSweep(db, b)).map(({ hash }) => hash)).toEqual([onlyB.hash, shared.hash]);
  expect(await runByHash(db, shared.hash)).toMatchObject(shared);
  expect((await listSweeps(db)).find(({ id }) => id === b)?.runs).toEqual({ queued: 1, running: 1 });
  await claims.close();
});

test('runs that are enqueued again move to where the sweep has them now', async () => {
  const sweep = await newSweep(db);
  const [first, second] = [newRun(), newRun()];
  await enqueueRuns(db, sweep, [first, second, first]);
  expect((await runsOfSweep(db, sweep)).map(({ hash }) => hash)).toEqual([first.hash, second.hash]);
  const again = await enqueueRuns(db, sweep, [second, first]);
  expect(again.map(({ created }) => created)).toEqual([false, false]);
  expect((await runsOfSweep(db, sweep)).map(({ hash }) => hash)).toEqual([second.hash, first.hash]);
});

test('sweeps that add many common runs at once, in opposite orders, both succeed', async () => {
  const [a, b] = [await newSweep(db), await newSweep(db)];
  const runs = Array.from({ length: 2500 }, () => newRun());
  const [ofA, ofB] = await Promise.all([enqueueRuns(db, a, runs), enqueueRuns(db, b, runs.toReversed())]);
  expect(ofA.filter(({ created }) => created).length + ofB.filter(({ created }) => created).length).toBe(
    2500,
  );
  expect(ofA.map(({ hash }) => hash)).toEqual(runs.map(({ hash }) => hash));
  expect(ofB.toReversed().map(({ id }) => id)).toEqual(ofA.map(({ id }) => id));
  expect(await runsOfSweep(db, b)).toHaveLength(2500);
});

test('runs are found by hash, those that are not there are left out', async () => {
  const run = newRun();
  await enqueueRuns(db, await newSweep(db), [run]);
  expect(await runsByHashes(db, [run.hash, 'absent', run.hash])).toEqual([
    { id: expect.any(Number), hash: run.hash, status: 'queued' },
  ]);
  expect(await runsByHashes(db, [])).toEqual([]);
  expect(await runByHash(db, 'absent')).toBeUndefined();
});

test('a variant has one row per version of its mathematics', async () => {
  const topk = {
    name: 'topk',
    mathVersion: 1,
    packageName: '@sae-lab/topk',
    packageVersion: '0.1.0',
    paper: 'https://arxiv.org/abs/2406.04093',
    sparsity: 'k',
    hyperSchema: { type: 'object' },
  };
  await upsertVariant(db, topk);
  await upsertVariant(db, { ...topk, mathVersion: 2 });
  await upsertVariant(db, { ...topk, packageVersion: '0.2.0' });
  expect(await listVariants(db)).toEqual([
    { ...topk, packageVersion: '0.2.0' },
    { ...topk, mathVersion: 2 },
  ]);
});

test('activations that are made again replace their row', async () => {
  const row = {
    id: 'abc',
    model: 'pythia-70m',
    hook: 'h',
    dIn: 512,
    rows: 2 ** 40,
    manifest: {},
    folder: 'a',
  };
  await upsertActivations(db, row);
  await upsertActivations(db, { ...row, folder: 'b' });
  const stored = await server.database.sql`select folder, rows::text from activations`;
  expect([...stored]).toEqual([{ folder: 'b', rows: String(2 ** 40) }]);
});
