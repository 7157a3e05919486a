import { sql } from 'drizzle-orm';
import { connectDatabase } from '../connection/connect.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startedRun } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { openClaims, type Claims } from './claims.ts';
import { recordProgress, startRun } from './run-lifecycle.ts';
import { beatWorker, endWorker, freeRunOfSilentWorker, livingWorkers, registerWorker } from './workers.ts';

const server = useTestDatabase();
const SILENT = 15;
const worker = {
  hostname: 'node7',
  pid: 1,
  queues: ['train.cpu'],
  concurrency: 2,
  device: 'cpu',
  dataDir: '/data',
  commit: null,
};

async function newClaims(): Promise<Claims> {
  const claims = await openClaims(server.database);
  onTestFinished(() => claims.close());
  return claims;
}

/** As if the worker had said nothing for a minute. */
async function silence(id: number): Promise<void> {
  await server.db.execute(sql`update workers set seen_at = now() - interval '1 minute' where id = ${id}`);
}

test('lists the workers that live', async () => {
  const claims = await newClaims();
  const id = await registerWorker(claims, worker);
  expect(await livingWorkers(server.db, SILENT)).toMatchObject([{ id, ...worker, endedAt: null }]);
  await silence(id);
  expect(await livingWorkers(server.db, SILENT)).toEqual([]);
  await beatWorker(claims, id);
  expect(await livingWorkers(server.db, SILENT)).toMatchObject([{ id }]);
  await endWorker(claims, id);
  expect(await livingWorkers(server.db, SILENT)).toEqual([]);
});

test('frees the run of a silent worker, which can then write nothing', async () => {
  const [silent, other] = [await newClaims(), await newClaims()];
  const id = await registerWorker(silent, worker);
  const attempt = await startedRun(server.db, silent);
  const { runId } = attempt;
  expect(await other.claim(runId)).toBe(false);
  expect(await freeRunOfSilentWorker(other, runId, SILENT)).toBe(false);
  await silence(id);
  expect(await freeRunOfSilentWorker(other, runId, SILENT)).toBe(true);
  await vi.waitFor(async () => expect(await other.claim(runId)).toBe(true));

  await expect(beatWorker(silent, id)).rejects.toMatchObject({ code: 'db.connection-lost' });
  await startRun(server.db, runId, { provenance: {} });
  await expect(recordProgress(server.db, { ...attempt, step: 9 })).rejects.toMatchObject({
    code: 'db.stale-attempt',
  });
});

test('frees the run of a worker that was suspended in the middle of a transaction', async () => {
  const [silent, other] = [await newClaims(), await newClaims()];
  const id = await registerWorker(silent, worker);
  const { runId } = await startedRun(server.db, silent);
  const suspended = await connectDatabase({ url: server.database.url, max: 1 });
  onTestFinished(() => suspended.close());
  await suspended.sql.unsafe('begin');
  await suspended.sql`update runs set step = 1 where id = ${runId}`;
  await silence(id);
  expect(await freeRunOfSilentWorker(other, runId, 0)).toBe(true);
  expect(await startRun(server.db, runId, { provenance: {} })).toBe(2);
});

test('frees no run of a command, which has no heartbeat', async () => {
  const [command, other] = [await newClaims(), await newClaims()];
  const { runId } = await startedRun(server.db, command);
  expect(await freeRunOfSilentWorker(other, runId, SILENT)).toBe(false);
  expect(await other.claim(runId)).toBe(false);
});
