import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { startPooler, type Order } from '../testing/transaction-pooler.ts';
import { connectDatabase } from './connect.ts';
import { openDatabase } from './open-database.ts';
import { requireSessions } from './require-sessions.ts';

const server = useTestDatabase();
let socketFolder: string;
beforeAll(async () => {
  socketFolder = new URL(server.database.url).searchParams.get('host')!;
});

const open = (url: string) => openDatabase({ dataDir: '/nowhere', url });
const refused = {
  code: 'db.pooled',
  details: { field: 'DATABASE_URL', fix: expect.stringContaining('pool_mode = session') as string },
};

test('accepts a server without a pooler', async () => {
  await expect(requireSessions(server.database.url)).resolves.toBeUndefined();
  await (await open(server.database.url)).close();
});

test.each<[number, Order]>([
  [1, 'last'],
  [2, 'last'],
  [2, 'in turn'],
  [3, 'in turn'],
  [8, 'in turn'],
])('refuses a pooler that shares %i sessions among transactions, the next one %s', async (size, order) => {
  const pooler = await startPooler(join(socketFolder, '.s.PGSQL.5432'), size, order);
  onTestFinished(() => pooler.stop());
  await expect(open(`postgres://sae_lab@127.0.0.1:${pooler.port}/postgres`)).rejects.toMatchObject(refused);
});

const { error } = spawnSync('pgbouncer', ['--version']);
if (error) console.warn(`tests with PgBouncer are skipped: ${error.message}`);

describe.skipIf(error !== undefined)('PgBouncer', () => {
  test.each(['transaction', 'statement'])('in %s mode is refused', async (mode) => {
    await expect(open(await startPgBouncer(mode))).rejects.toMatchObject(refused);
  });

  test('in session mode is used', async () => {
    const database = await open(await startPgBouncer('session'));
    expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);
    await database.close();
  });
});

/** Starts PgBouncer and returns its URL. It stops when the test ends. */
async function startPgBouncer(mode: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-pgbouncer-'));
  const port = await freePort();
  const settings = [
    '[databases]',
    `postgres = host=${socketFolder} dbname=postgres user=sae_lab`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    // PgBouncer refuses to run as root, and another user cannot read the folder.
    ...(process.getuid?.() === 0 ? ['user = nobody'] : []),
  ];
  writeFileSync(join(folder, 'pgbouncer.ini'), settings.join('\n'), { mode: 0o644 });
  const child = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    rmSync(folder, { recursive: true });
  });
  const url = `postgres://sae_lab@127.0.0.1:${port}/postgres`;
  await vi.waitFor(async () => (await connectDatabase({ url })).close(), { timeout: 20_000, interval: 100 });
  return url;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
