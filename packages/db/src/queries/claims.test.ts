import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { newRun, newSweep } from '../testing/sample-rows.ts';
import { runVersion, sweepVersion, sweepsVersion } from './changes.ts';
import { openClaims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { startRun } from './run-lifecycle.ts';
import { runById, runsByHashes, runsOfSweep } from './runs.ts';
import { listSweeps, sweepById, sweepsOfRun } from './sweeps.ts';

const server = useTestDatabase();

/** Claims a run and its sweep until killed. */
const WORKER = `
  const [module, url, runId, sweepId] = process.argv.slice(1);
  const claims = await (await import(module)).openClaims({ url });
  await claims.claim(Number(runId));
  await claims.joinSweep(Number(sweepId));
  process.stdout.write('claimed');
  setInterval(() => {}, 1000);`;

test('reports the run and sweep of a killed process as interrupted to every reader', async () => {
  const { db, url } = server.database;
  const sweepId = await newSweep(db);
  const [run] = await enqueueRuns(db, sweepId, [newRun()]);
  const { id, runHash } = run!;
  const everyone = async () => [
    (await runById(db, id))?.status,
    (await runsByHashes(db, [runHash]))[0]?.status,
    (await runsOfSweep(db, sweepId))[0]?.status,
    ...Object.keys((await listSweeps(db)).find((sweep) => sweep.id === sweepId)!.runs),
    (await listSweeps(db)).find((sweep) => sweep.id === sweepId)?.status,
    (await sweepById(db, sweepId))?.status,
    (await sweepsOfRun(db, id))[0]?.status,
  ];
  const module = new URL('claims.ts', import.meta.url).href;
  const args = ['--input-type=module', '-e', WORKER, module, url, String(id), String(sweepId)];
  const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(worker.stdout, 'data');
  await startRun(db, id, { provenance: {} });
  expect(new Set(await everyone())).toEqual(new Set(['running']));
  const versions = () =>
    Promise.all([sweepsVersion(db), sweepVersion(db, sweepId), runVersion(db, id)] as const);
  const before = await versions();

  worker.kill('SIGKILL');
  // Postgres notices that the connection is gone.
  await vi.waitFor(async () => expect(new Set(await everyone())).toEqual(new Set(['interrupted'])), {
    timeout: 20_000,
  });
  const after = await versions();
  for (const [index, version] of after.entries()) expect(version).not.toBe(before[index]);
  const claims = await openClaims({ url });
  expect(await claims.claim(id)).toBe(true);
  expect((await runById(db, id))?.status).toBe('running');
  await claims.close();
});

test('ignores a claim on a run with the same id in another database', async () => {
  const { db, url, sql } = server.database;
  const [run] = await enqueueRuns(db, await newSweep(db), [newRun()]);
  await startRun(db, run!.id, { provenance: {} });
  await sql.unsafe('create database another');
  const claims = await openClaims({ url: url.replace('/postgres?', '/another?') });
  await claims.claim(run!.id);
  expect((await runById(db, run!.id))?.status).toBe('interrupted');
  await claims.close();
});

test('a claim holds within its process too, until it is released', async () => {
  const claims = await openClaims(server.database);
  const pairs = [
    () => [claims.claim(77), claims.claim(77)],
    () => [claims.claimActivations('a'), claims.claimActivations('a')],
    () => [claims.claimEvaluation('a'), claims.claimEvaluation('a')],
  ];
  for (const both of pairs) expect((await Promise.all(both())).filter(Boolean)).toHaveLength(1);
  await claims.release(77);
  await claims.releaseActivations('a');
  await claims.releaseEvaluation('a');
  for (const both of pairs) expect((await Promise.all(both())).filter(Boolean)).toHaveLength(1);
  await claims.close();
});
