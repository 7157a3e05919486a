import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { newRun, newSweep } from '../testing/sample-rows.ts';
import { upsertActivations } from './activations.ts';
import { openClaims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { startRun } from './run-lifecycle.ts';
import { runById, runsByHashes, runsOfSweep } from './runs.ts';
import { leaveSweep, listSweeps, setSweepStatus, sweepById, upsertSweep } from './sweeps.ts';
import { listVariants, upsertVariant } from './variants.ts';

const server = useTestDatabase();

const definition = { name: 'a', definition: { seeds: [0, 1] }, file: 'experiments/a.ts', source: 'v1' };

test('sets a sweep that is started again to running', async () => {
  const first = await upsertSweep(server.db, { ...definition, definitionHash: 'again' });
  await setSweepStatus(server.db, first.id, 'interrupted');
  expect(await sweepById(server.db, first.id)).toMatchObject({
    status: 'interrupted',
    definition: { seeds: [0, 1] },
  });
  const again = await upsertSweep(server.db, { ...definition, definitionHash: 'again', source: 'v2' });
  expect(again).toMatchObject({ id: first.id, status: 'running', source: 'v2', createdAt: first.createdAt });
  expect(again.lastStartedAt.getTime()).toBeGreaterThan(first.lastStartedAt.getTime());
});

test('shares common runs between two sweeps', async () => {
  const [a, b] = [await newSweep(server.db), await newSweep(server.db)];
  const [shared, onlyA, onlyB] = [newRun({ seed: 7 }), newRun(), newRun()];
  const ofA = await enqueueRuns(server.db, a, [shared, onlyA]);
  expect(ofA).toMatchObject([
    { runHash: shared.runHash, status: 'queued', created: true },
    { runHash: onlyA.runHash, status: 'queued', created: true },
  ]);
  const claims = await openClaims(server.database);
  await claims.claim(ofA[0]!.id);
  await startRun(server.db, ofA[0]!.id, { provenance: {} });
  expect(await enqueueRuns(server.db, b, [onlyB, shared])).toMatchObject([
    { runHash: onlyB.runHash, created: true },
    { id: ofA[0]!.id, runHash: shared.runHash, status: 'running', created: false },
  ]);
  expect((await runsOfSweep(server.db, a)).map(({ runHash }) => runHash)).toEqual([
    shared.runHash,
    onlyA.runHash,
  ]);
  expect((await runsOfSweep(server.db, b)).map(({ runHash }) => runHash)).toEqual([
    onlyB.runHash,
    shared.runHash,
  ]);
  expect(await runById(server.db, ofA[0]!.id)).toMatchObject(shared);
  expect((await listSweeps(server.db)).find(({ id }) => id === b)?.runs).toEqual({ queued: 1, running: 1 });
  await claims.close();
});

test('moves runs that are enqueued again to their new positions', async () => {
  const sweep = await newSweep(server.db);
  const [first, second] = [newRun(), newRun()];
  await enqueueRuns(server.db, sweep, [first, second, first]);
  expect((await runsOfSweep(server.db, sweep)).map(({ runHash }) => runHash)).toEqual([
    first.runHash,
    second.runHash,
  ]);
  const again = await enqueueRuns(server.db, sweep, [second, first]);
  expect(again.map(({ created }) => created)).toEqual([false, false]);
  expect((await runsOfSweep(server.db, sweep)).map(({ runHash }) => runHash)).toEqual([
    second.runHash,
    first.runHash,
  ]);
});

test('lets two sweeps add many common runs at once, in opposite orders', async () => {
  const [a, b] = [await newSweep(server.db), await newSweep(server.db)];
  const runs = Array.from({ length: 2500 }, () => newRun());
  const [ofA, ofB] = await Promise.all([
    enqueueRuns(server.db, a, runs),
    enqueueRuns(server.db, b, runs.toReversed()),
  ]);
  expect(ofA.filter(({ created }) => created).length + ofB.filter(({ created }) => created).length).toBe(
    2500,
  );
  expect(ofA.map(({ runHash }) => runHash)).toEqual(runs.map(({ runHash }) => runHash));
  expect(ofB.toReversed().map(({ id }) => id)).toEqual(ofA.map(({ id }) => id));
  expect(await runsOfSweep(server.db, b)).toHaveLength(2500);
});

test('finds runs by hash and leaves out missing ones', async () => {
  const run = newRun();
  await enqueueRuns(server.db, await newSweep(server.db), [run]);
  expect(await runsByHashes(server.db, [run.runHash, 'absent', run.runHash])).toEqual([
    { id: expect.any(Number), runHash: run.runHash, status: 'queued' },
  ]);
  expect(await runsByHashes(server.db, [])).toEqual([]);
});

test('stores one row per variant and math version', async () => {
  const topk = {
    name: 'topk',
    mathVersion: 1,
    packageName: '@sae-lab/topk',
    packageVersion: '0.1.0',
    paper: 'https://arxiv.org/abs/2406.04093',
    sparsity: 'k',
    hyperSchema: { type: 'object' },
    curves: {},
  };
  await upsertVariant(server.db, topk);
  await upsertVariant(server.db, { ...topk, mathVersion: 2 });
  const curves = { threshold: { label: 'Cut-off', meaning: 'Mean of θ over the latents.', unit: 'norms' } };
  await upsertVariant(server.db, { ...topk, packageVersion: '0.2.0', curves });
  expect(await listVariants(server.db)).toEqual([
    { ...topk, packageVersion: '0.2.0', curves },
    { ...topk, mathVersion: 2 },
  ]);
});

test('replaces the row of activations that are extracted again', async () => {
  const row = {
    id: 'abc',
    model: 'pythia-70m',
    hook: 'h',
    dIn: 512,
    rows: 2 ** 40,
    manifest: {},
    folder: 'a',
  };
  await upsertActivations(server.db, row);
  await upsertActivations(server.db, { ...row, folder: 'b' });
  const stored = await server.database.sql`select folder, rows::text from activations`;
  expect([...stored]).toEqual([{ folder: 'b', rows: String(2 ** 40) }]);
});

test('a sweep in the queue stays there while a command trains it, and when that is interrupted', async () => {
  const { db } = server;
  const id = await newSweep(db, 'train.cpu');
  const stored = (await sweepById(db, id))!;
  const start = () => upsertSweep(db, { ...definition, definitionHash: stored.definitionHash });
  expect(await start()).toMatchObject({ id, status: 'queued', queue: 'train.cpu' });
  await leaveSweep(db, id, 'interrupted');
  expect((await sweepById(db, id))?.status).toBe('queued');
  await setSweepStatus(db, id, 'finished');
  expect(await start()).toMatchObject({ id, status: 'running', queue: null });
  await leaveSweep(db, id, 'interrupted');
  expect((await sweepById(db, id))?.status).toBe('interrupted');
});
