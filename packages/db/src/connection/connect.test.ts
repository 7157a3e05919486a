import { expect, onTestFinished, test } from 'vitest';
import { runById } from '../queries/runs.ts';
import { startProxy } from '../testing/start-proxy.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { connectDatabase } from './connect.ts';
import { sql } from 'drizzle-orm';
import { openDatabase } from './open-database.ts';
import { inTransaction } from './transaction.ts';

const server = useTestDatabase();

test('names an unreachable server without its password', async () => {
  const error = await openDatabase({
    dataDir: '/nowhere',
    url: 'postgres://me:hunter2@127.0.0.1:1/lab?password=hunter2',
  }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'db.unreachable' });
  expect(String(error)).toContain('postgres://127.0.0.1:1/lab');
  expect(String(error)).toContain('ECONNREFUSED');
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test('reports a missing database with the server’s message', async () => {
  await expect(
    connectDatabase({ url: server.database.url.replace('/postgres?', '/absent?') }),
  ).rejects.toMatchObject({
    code: 'db.unreachable',
    message: expect.stringContaining('database "absent" does not exist'),
  });
});

test('ends its sockets when it is closed, also those that the server keeps open', async () => {
  const proxy = await startProxy(server.database.url);
  onTestFinished(() => proxy.close());
  const database = await connectDatabase({ url: proxy.url, max: 1 });
  proxy.fallSilent();
  const asked = database.sql`select 1`.execute();
  await Promise.all([
    expect(asked).rejects.toMatchObject({ code: 'CONNECTION_DESTROYED' }),
    database.close(),
  ]);
  await proxy.clientsGone();
});

test.each(['localhost:5432', 'mysql://localhost/lab', 'not a url'])('refuses the URL %s', async (url) => {
  await expect(connectDatabase({ url })).rejects.toMatchObject({ code: 'db.bad-url' });
});

test('explains a full disk and rolls the transaction back', async () => {
  const { db } = server.database;
  const filling = inTransaction(db, async (tx) => {
    await tx.execute(sql`create table half_done ()`);
    await tx.execute(
      sql`do $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`,
    );
  });
  await expect(filling).rejects.toMatchObject({
    code: 'db.disk-full',
    message: expect.stringContaining('could not extend file'),
  });
  expect(await db.execute(sql`select to_regclass('half_done') as name`)).toEqual([{ name: null }]);
});

test('explains a broken connection and opens a new one for the next query', async () => {
  const { db } = server.database;
  const broken = inTransaction(db, (tx) => tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`));
  await expect(broken).rejects.toMatchObject({ code: 'db.connection-lost' });
  expect(await runById(db, 1)).toBeUndefined();
});

test('explains a broken connection that the driver does not notice', async () => {
  const database = await connectDatabase({ url: server.database.url, max: 1 });
  onTestFinished(() => database.close());
  const lost = Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' });
  // The socket is intact, so only the error says so.
  const broken = inTransaction(database.db, async (tx) => {
    await tx.execute(sql`select 1`);
    throw lost;
  });
  await expect(broken).rejects.toMatchObject({ code: 'db.connection-lost' });
});

test('throws a typed error, without crashing, if a connection breaks while opening', async () => {
  const { db, url } = server.database;
  const uncaught: unknown[] = [];
  const note = (reason: unknown): void => void uncaught.push(reason);
  process.on('unhandledRejection', note);
  const refused: unknown[] = [];
  const opening = new AbortController();
  const open = async (): Promise<void> => {
    for (let round = 0; round < 60 || refused.length < 10; round++) {
      const opened = await connectDatabase({ url }).catch((error: unknown) => void refused.push(error));
      await opened?.close();
    }
    opening.abort();
  };
  const kill = async (): Promise<void> => {
    while (!opening.signal.aborted) {
      await db.execute(
        sql`select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'sae-lab' and pid <> pg_backend_pid()`,
      );
    }
  };
  await Promise.all([kill(), open()]);
  process.off('unhandledRejection', note);
  expect(uncaught).toEqual([]);
  for (const error of refused) expect(error).toMatchObject({ code: 'db.unreachable' });
});
