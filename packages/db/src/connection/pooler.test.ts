import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { hasPgBouncer, startPgBouncer } from '../testing/pgbouncer.ts';
import { startPooler, type Order } from '../testing/transaction-pooler.ts';
import { openDatabase } from './open-database.ts';
import { findPooler } from './find-pooler.ts';
import { isPooled } from './pooled.ts';
import { openQueueConnection } from './queue-connection.ts';
import { openClaims } from '../queries/claims.ts';
import { appendCurves, curvesOf } from '../queries/curves.ts';
import { startedRun } from '../testing/sample-rows.ts';

const server = useTestDatabase();
let socketFolder: string;
beforeAll(async () => {
  socketFolder = new URL(server.database.url).searchParams.get('host')!;
});

const notices: string[] = [];
const open = (url: string, directUrl = '') =>
  openDatabase({ dataDir: '/nowhere', url, directUrl, onNotice: (line) => notices.push(line) });

test('finds no pooler where there is none', async () => {
  await expect(findPooler(server.database.url)).resolves.toBeUndefined();
  const database = await open(server.database.url);
  expect([isPooled(database.url), notices]).toEqual([false, []]);
  await database.close();
});

/** The URL of a PgBouncer that ends with the test. */
async function pgBouncer(mode: string, name?: string): Promise<string> {
  const pooler = await startPgBouncer(socketFolder, mode, name);
  onTestFinished(() => pooler.stop());
  return pooler.url;
}

/** What must hold behind a pooler: claims, fences, transactions and the queue's connection. */
async function useDatabase(url: string, directUrl = ''): Promise<void> {
  notices.length = 0;
  const database = await open(url, directUrl);
  onTestFinished(() => database.close());
  expect(isPooled(database.url)).toBe(true);
  expect(notices).toEqual(directUrl === '' ? [expect.stringContaining('a pooler that shares sessions')] : []);
  const [one, other] = [await openClaims(database), await openClaims(database)];
  const attempt = await startedRun(database.db, one);
  expect(await other.claim(attempt.runId)).toBe(false);
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      appendCurves(database.db, { ...attempt, curves: { [`c${index}`]: { steps: [0], values: [index] } } }),
    ),
  );
  expect(await curvesOf(database.db, attempt.runId)).toHaveProperty('size', 12);
  await one.close();
  expect(await other.claim(attempt.runId)).toBe(true);
  await other.close();
  const queue = await openQueueConnection(database);
  await expect(queue.executeSql('begin; select 1 / 0; commit')).rejects.toThrow('division by zero');
  expect((await queue.executeSql('select $1::int as one', [1])).rows).toEqual([{ one: 1 }]);
  await queue.close();
}

test.each<[number, Order]>([
  [1, 'last'],
  [2, 'in turn'],
  [3, 'last'],
  [8, 'in turn'],
])('works through %i sessions that clients share, the next one %s', async (size, order) => {
  const pooler = await startPooler(join(socketFolder, '.s.PGSQL.5432'), size, order);
  onTestFinished(() => pooler.stop());
  await expect(useDatabase(`postgres://sae_lab@127.0.0.1:${pooler.port}/postgres`)).resolves.toBeUndefined();
});

describe.skipIf(!hasPgBouncer())('PgBouncer', () => {
  test('in transaction mode is used, also for migrations', async () => {
    const url = await pgBouncer('transaction', 'fresh');
    await server.database.sql.unsafe('create database fresh');
    await Promise.all([open(url), open(url)].map(async (opened) => (await opened).close()));
    await expect(useDatabase(url)).resolves.toBeUndefined();
  });

  test('in transaction mode is passed by where the address of the server is given', async () => {
    const url = await pgBouncer('transaction');
    await expect(useDatabase(url, server.database.url)).resolves.toBeUndefined();
    await expect(open(url, url)).rejects.toMatchObject({ code: 'db.direct-url' });
    await server.database.sql.unsafe('create database another');
    await expect(open(url, server.database.url.replace('/postgres?', '/another?'))).rejects.toMatchObject({
      code: 'db.direct-url',
    });
  });

  test('in statement mode is refused', async () => {
    await expect(open(await pgBouncer('statement'))).rejects.toMatchObject({
      code: 'db.pooled',
      details: { field: 'DATABASE_URL', fix: expect.stringContaining('pool_mode = transaction') as string },
    });
  });

  test('in session mode is like no pooler', async () => {
    const database = await open(await pgBouncer('session'));
    expect(isPooled(database.url)).toBe(false);
    await database.close();
  });
});
