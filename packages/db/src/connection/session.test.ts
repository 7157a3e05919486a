import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { openSession } from './session.ts';

const server = useTestDatabase();

test('keeps its locks until it is closed', async () => {
  const [one, other] = [await openSession(server.database.url), await openSession(server.database.url)];
  const lock = () => other.query((sql) => sql`select pg_try_advisory_lock(1) as got`);
  await one.query((sql) => sql`select pg_advisory_lock(1)`);
  expect(await lock()).toEqual([{ got: false }]);
  await one.close();
  expect(await lock()).toEqual([{ got: true }]);
  await other.close();
});

test('refuses every query once broken, and does not reopen without its locks', async () => {
  const session = await openSession(server.database.url);
  const [row] = await session.query((sql) => sql`select pg_backend_pid() as pid`);
  await server.database.sql`select pg_terminate_backend(${row!['pid'] as number})`;
  const ask = () => session.query((sql) => sql`select 1`);
  await expect(ask()).rejects.toMatchObject({ code: 'db.connection-lost' });
  await expect(ask()).rejects.toMatchObject({ code: 'db.connection-lost' });
  await session.close();
});
