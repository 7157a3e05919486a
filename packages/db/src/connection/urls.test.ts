import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { tcpToSocket } from '../testing/tcp-to-socket.ts';
import { connectDatabase } from './connect.ts';
import { openDatabase } from './open-database.ts';
import { openSession } from './session.ts';

const PASSWORD = 'p@ss/w:rd? #%';
const DATABASE = 'my db';

const server = useTestDatabase();
let socketFolder: string;
let ports: { v4: number; v6: number | undefined };
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  const { sql } = server.database;
  socketFolder = new URL(server.database.url).searchParams.get('host')!;
  // This role requires a password, unlike the rest of the embedded server.
  const rules = join(socketFolder, 'data/pg_hba.conf');
  writeFileSync(rules, `local all weird scram-sha-256\n${readFileSync(rules, 'utf8')}`);
  await sql`select pg_reload_conf()`;
  await sql.unsafe(`create role weird login password '${PASSWORD}'`);
  await sql.unsafe(`create database "${DATABASE}" owner weird`);
  const reachable = async (address: string): Promise<number | undefined> => {
    const proxy = await tcpToSocket(join(socketFolder, '.s.PGSQL.5432'), address).catch(() => undefined);
    if (proxy) stops.push(proxy.stop);
    return proxy?.port;
  };
  ports = { v4: (await reachable('127.0.0.1'))!, v6: await reachable('::1') };
});
afterAll(async () => {
  for (const stop of stops) stop();
});

const open = (url: string) => openDatabase({ dataDir: '/nowhere', url });
const password = encodeURIComponent(PASSWORD);
const socket = () => encodeURIComponent(socketFolder);

test.each<[string, () => string]>([
  ['percent-encoded parts', () => `postgres://weird:${password}@127.0.0.1:${ports.v4}/my%20db`],
  [
    'a socket and everything as parameters',
    () => `postgresql:///my%20db?host=${socketFolder}&port=5432&user=weird&password=${password}`,
  ],
  ['a socket as the host', () => `postgresql://weird:${password}@${socket()}:5432/my%20db`],
  ['several hosts', () => `postgres://weird:${password}@127.0.0.1:1,127.0.0.1:${ports.v4}/my%20db`],
  [
    'several hosts, of which one is writable',
    () =>
      `postgres://weird:${password}@127.0.0.1:1,127.0.0.1:${ports.v4}/my%20db?target_session_attrs=read-write`,
  ],
  [
    'parameters of other drivers',
    () =>
      `postgres://weird:${password}@127.0.0.1:${ports.v4}/my%20db?sslmode=prefer&channel_binding=prefer&pgbouncer=true&schema=app&connection_limit=1&keepalives=1&keepalives_idle=30&gssencmode=disable&target_session_attrs=any&connect_timeout=7`,
  ],
])('%s', async (_, url) => {
  const database = await open(url());
  expect(await database.sql`select current_database() as name, current_user as user`).toEqual([
    { name: DATABASE, user: 'weird' },
  ]);
  await database.close();
});

test('IPv6', async (context) => {
  if (ports.v6 === undefined) return context.skip('this machine has no IPv6');
  const database = await open(`postgresql://weird:${password}@[::1]:${ports.v6}/my%20db?sslmode=disable`);
  expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);
  await database.close();
});

test('passes parameters of the URL to the server', async () => {
  const url = `${server.database.url}&application_name=mine&options=-c%20work_mem%3D5MB`;
  const database = await connectDatabase({ url });
  expect(
    await database.sql`select current_setting('application_name') as name, current_setting('work_mem') as memory`,
  ).toEqual([{ name: 'mine', memory: '5MB' }]);
  await database.close();
});

test('ignores PG variables if the URL is complete', async () => {
  const variables = {
    PGHOST: '/nowhere',
    PGPORT: '1',
    PGUSER: 'x',
    PGDATABASE: 'x',
    PGTARGETSESSIONATTRS: 'any',
    PGSSLMODE: 'verify-full',
    PGOPTIONS: '-c x',
  };
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    await (await connectDatabase({ url: server.database.url })).close();
    expect(process.env).toMatchObject(variables);
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, before);
  }
});

test('overrides role settings that would change stored or read values', async () => {
  const { sql } = server.database;
  await sql.unsafe(`create role odd login superuser`);
  for (const setting of [
    `search_path = 'elsewhere'`,
    `extra_float_digits = 0`,
    `DateStyle = 'SQL, DMY'`,
    `idle_session_timeout = 1000`,
  ])
    await sql.unsafe(`alter role odd set ${setting}`);
  const database = await open(server.database.url.replace('sae_lab@', 'odd@'));
  expect(
    await database.sql`select 0.1::float8 + 0.2::float8 as sum, now() as now, current_schema() as schema`,
  ).toEqual([{ sum: 0.1 + 0.2, now: expect.stringMatching(/^\d{4}-/), schema: 'public' }]);
  expect(await database.sql`select current_setting('idle_session_timeout') as timeout`).toEqual([
    { timeout: '0' },
  ]);
  await database.close();
});

test('does not mark a session as broken after failed attempts', async () => {
  await server.database.sql.unsafe(
    `create role picky login superuser; alter role picky set extra_float_digits = 0`,
  );
  const url = `postgres://picky@127.0.0.1:1,127.0.0.1:${ports.v4}/postgres`;
  const session = await openSession(url);
  expect(await session.query((sql) => sql`select current_setting('extra_float_digits') as digits`)).toEqual([
    { digits: '1' },
  ]);
  await session.close();
});

describe('unusable servers are explained', () => {
  /** Runs statements as the owner, then opens the database as the user. */
  async function refused(setup: string[], url: (base: string) => string): Promise<unknown> {
    for (const statement of setup) await server.database.sql.unsafe(statement);
    return open(url(server.database.url)).then(
      (database) => database.close(),
      (error: unknown) => error,
    );
  }
  const on =
    (database: string, user = 'sae_lab') =>
    (url: string) =>
      url.replace('/postgres?', `/${database}?`).replace('sae_lab@', `${user}@`);

  test('without permission to create tables', async () => {
    const setup = ['create role reader login', 'create database theirs'];
    expect(await refused(setup, on('theirs', 'reader'))).toMatchObject({
      code: 'db.no-rights',
      details: { received: expect.stringContaining('permission denied') as string },
    });
  });

  test.each([
    ['database', 'alter database frozen set default_transaction_read_only = on', 'sae_lab'],
    ['role', 'alter role frozen set default_transaction_read_only = on', 'frozen'],
  ])('a read-only %s, except for readers once its tables exist', async (_, freeze, user) => {
    const setup = [
      'drop database if exists frozen',
      'drop role if exists frozen',
      'create role frozen login superuser',
      'create database frozen',
    ];
    const name = on('frozen', user);
    expect(await refused([...setup, freeze], name)).toMatchObject({ code: 'db.read-only' });
    await (
      await open(`${name(server.database.url)}&options=-c%20default_transaction_read_only%3Doff`)
    ).close();
    const reading = await openDatabase({
      dataDir: '/nowhere',
      url: name(server.database.url),
      access: 'read',
    });
    await reading.close();
  });

  test.each(['LATIN1', 'SQL_ASCII'])('the encoding %s', async (encoding) => {
    const name = `in_${encoding.toLowerCase()}`;
    const setup = [
      `create database ${name} encoding '${encoding}' locale 'C' locale_provider libc template template0`,
    ];
    expect(await refused(setup, on(name))).toMatchObject({
      code: 'db.encoding',
      details: { received: expect.stringContaining(encoding) as string },
    });
  });

  test('a wrong password, without showing it', async () => {
    const error = await refused([], on('postgres', 'weird:hunter2'));
    expect(error).toMatchObject({
      code: 'db.unreachable',
      details: { received: expect.stringContaining('password authentication failed') as string },
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  test('without a free connection', async () => {
    expect(
      await refused(['create role crowded login connection limit 0'], on('postgres', 'crowded')),
    ).toMatchObject({
      code: 'db.too-many-connections',
    });
  });

  test('a database where another object has the name of one of our tables', async () => {
    await refused(['create database shared'], on('shared', 'nobody'));
    const other = await connectDatabase({ url: on('shared')(server.database.url) });
    await other.sql`create table runs ()`;
    await other.close();
    expect(await refused([], on('shared'))).toMatchObject({ code: 'db.occupied' });
  });

  test('several servers, none of them of the requested kind', async () => {
    expect(await refused([], (url) => `${url}&target_session_attrs=standby`)).toMatchObject({
      code: 'db.unreachable',
      details: { received: expect.stringContaining('standby') as string },
    });
  });
});
