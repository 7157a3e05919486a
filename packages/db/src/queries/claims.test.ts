import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectDatabase } from '../connection/connect.ts';
import { asPooled } from '../connection/pooled.ts';
import { startProxy } from '../testing/start-proxy.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { newRun, newSweep, silence, startedRun } from '../testing/sample-rows.ts';
import { runVersion, sweepVersion, sweepsVersion } from './changes.ts';
import { openClaims, type Claims } from './claims.ts';
import { endIdleTransactions } from './dead-holders.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { recordProgress, startRun } from './run-lifecycle.ts';
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

async function startProcess(url: string, runId: number, sweepId: number): Promise<ChildProcess> {
  const module = new URL('claims.ts', import.meta.url).href;
  const args = ['--input-type=module', '-e', WORKER, module, url, String(runId), String(sweepId)];
  const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void worker.kill('SIGKILL'));
  await once(worker.stdout, 'data');
  return worker;
}

async function newClaims(url = server.database.url): Promise<Claims> {
  const claims = await openClaims({ url });
  onTestFinished(() => claims.close());
  return claims;
}

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
  const worker = await startProcess(url, id, sweepId);
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

test('a silent process loses its claims to the next one that wants them, and learns that', async () => {
  const [silent, other] = [await newClaims(), await newClaims()];
  const attempt = await startedRun(server.db, silent);
  const { runId } = attempt;
  await silent.claim(runId + 1);
  expect(await other.claim(runId)).toBe(false);
  await silence(server.db, silent);
  expect((await runById(server.db, runId))?.status).toBe('interrupted');
  expect(await other.claim(runId)).toBe(true);
  expect(await other.claim(runId + 1)).toBe(true);

  expect(silent.lost.aborted).toBe(false);
  await silent.beat();
  expect([silent.lost.aborted, silent.lost.reason]).toEqual([true, null]);
  expect(await silent.claim(runId + 2)).toBe(false);
  await silent.release(runId);
  expect(await silent.claim(runId)).toBe(false);
  await startRun(server.db, runId, { provenance: {} });
  await expect(recordProgress(server.db, { ...attempt, step: 9 })).rejects.toMatchObject({
    code: 'db.stale-attempt',
  });
});

test('a process that was suspended keeps what nobody has taken over', async () => {
  const [silent, other] = [await newClaims(), await newClaims()];
  const { runId } = await startedRun(server.db, silent);
  await silence(server.db, silent);
  const extended: bigint[] = [];
  silent.onExtended((until) => extended.push(until));
  await silent.beat();
  expect(extended).toEqual([silent.until]);
  expect(await other.claim(runId)).toBe(false);
  expect((await runById(server.db, runId))?.status).toBe('running');
});

test('a transaction in which nothing happens is ended, and its rows are free', async () => {
  const { runId } = await startedRun(server.db);
  const suspended = await connectDatabase({ url: server.database.url, max: 1 });
  onTestFinished(() => suspended.close());
  await suspended.sql.unsafe('begin');
  await suspended.sql`update runs set step = 1 where id = ${runId}`;
  await endIdleTransactions(server.db, 0);
  expect(await startRun(server.db, runId, { provenance: {} })).toBe(2);
});

test('a process is dead after the silence that it promised itself, whatever the reader promises', async () => {
  vi.stubEnv('SAE_LAB_WORKER_TIMEOUT', '3600');
  const patient = await newClaims();
  vi.stubEnv('SAE_LAB_WORKER_TIMEOUT', '300');
  const hasty = await newClaims();
  vi.unstubAllEnvs();
  const [ofPatient, ofHasty] = [await startedRun(server.db, patient), await startedRun(server.db, hasty)];
  await server.db.execute(sql`update claim_holders set seen_at = now() - interval '10 minutes'`);
  const other = await newClaims();
  expect((await runById(server.db, ofPatient.runId))?.status).toBe('running');
  expect((await runById(server.db, ofHasty.runId))?.status).toBe('interrupted');
  expect(await other.claim(ofPatient.runId)).toBe(false);
  expect(await other.claim(ofHasty.runId)).toBe(true);
});

test('loses its claims if the database does not answer, and waits for nothing more', async () => {
  const proxy = await startProxy(server.database.url);
  onTestFinished(() => proxy.close());
  vi.stubEnv('SAE_LAB_WORKER_TIMEOUT', '3');
  const claims = await openClaims({ url: proxy.url });
  vi.unstubAllEnvs();
  proxy.fallSilent();
  await Promise.all([
    expect(claims.claim(98)).rejects.toMatchObject({ code: 'db.connection-lost' }),
    once(claims.lost, 'abort'),
  ]);
  expect(claims.lost.reason).toMatchObject({
    code: 'db.connection-lost',
    message: expect.stringContaining('has not answered for 2 s') as string,
  });
  await claims.close();
  await proxy.clientsGone();
});

test('loses its claims with its session', async () => {
  const [own, other] = [await newClaims(), await newClaims()];
  await own.claim(99);
  const [row] = await server.db.execute(
    sql`select backend_pid as pid from claim_holders where id = ${own.holderId}`,
  );
  await server.db.execute(sql`select pg_terminate_backend(${row!['pid']})`);
  await vi.waitFor(async () => expect(await other.claim(99)).toBe(true), { timeout: 20_000 });
  await own.beat();
  expect([own.lost.aborted, own.lost.reason]).toMatchObject([true, { code: 'db.connection-lost' }]);
});

test('behind a pooler, the claims of a killed process of this machine are free at once', async () => {
  const { db, url } = server.database;
  const [run] = await enqueueRuns(db, await newSweep(db), [newRun()]);
  const worker = await startProcess(asPooled(url), run!.id, 1);
  const claims = await newClaims(asPooled(url));
  expect(await claims.claim(run!.id)).toBe(false);
  worker.kill('SIGKILL');
  await once(worker, 'close');
  expect(await claims.claim(run!.id)).toBe(true);
});
