import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { openClaims } from '../queries/claims.ts';
import { clusterId } from '../queries/cluster-id.ts';
import { upsertSweep, listSweeps } from '../queries/sweeps.ts';
import { openDatabase } from '../connection/open-database.ts';
import { newDataDir } from '../testing/temporary-data-folder.ts';
import { findClusterFolder } from './cluster-folder.ts';
import { findPostmaster } from './postmaster.ts';
import { rememberNetwork, servedUrlFile } from './served-network.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function command(name: 'serve' | 'stop', ...args: string[]) {
  const script = join(import.meta.dirname, '../cli', `${name}.ts`);
  return promisify(execFile)(process.execPath, [script, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

const sweep = { name: 'served', definitionHash: 'served', definition: {}, file: 'x.ts', source: '' };

/** Kills the server, and waits until it has ended: until then it may still accept a connection. */
async function crash(folder: string): Promise<void> {
  const data = join(folder, 'data');
  process.kill(findPostmaster(data)!.pid, 'SIGKILL');
  await vi.waitFor(() => expect(findPostmaster(data)).toBeUndefined());
}

it('serves others with a password, and is local again after a stop', async () => {
  const dataDir = newDataDir();
  const refused = await command('serve', '--data', dataDir);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--host: is missing')]);

  const before = await openDatabase({ dataDir, url: '' });
  await upsertSweep(before.db, sweep);
  const busy = await command('serve', '--host', '127.0.0.1', '--data', dataDir);
  expect([busy.code, busy.stderr]).toEqual([1, expect.stringContaining('error db.in-use')]);
  const id = await clusterId(before.db);
  await before.close();

  const port = await freePort();
  const served = await command('serve', '--host', '127.0.0.1', '--port', String(port), '--data', dataDir);
  expect(served.code, served.stderr).toBe(0);
  const url = /^DATABASE_URL='(.+)'\n$/.exec(served.stdout)![1]!;
  expect(readFileSync(servedUrlFile(dataDir), 'utf8')).toBe(`${url}\n`);
  expect(statSync(servedUrlFile(dataDir)).mode & 0o777).toBe(0o600);

  const other = await openDatabase({ dataDir: newDataDir(), url });
  expect(await clusterId(other.db)).toBe(id);
  expect(await listSweeps(other.db)).toMatchObject([{ name: 'served' }]);
  await upsertSweep(other.db, { ...sweep, definitionHash: 'of a worker' });
  const claims = await openClaims(other);
  expect(await claims.claim(1)).toBe(true);
  await claims.close();
  await other.sql`create table of_a_newer_version (id int)`;
  await expect(other.sql`copy (select 1) to program 'true'`.execute()).rejects.toMatchObject({
    code: '42501',
  });
  await other.close();

  const as = (change: (given: URL) => void): string => {
    const changed = new URL(url);
    change(changed);
    return changed.href;
  };
  const wrong = [as((given) => (given.password = 'wrong')), as((given) => (given.username = 'sae_lab'))];
  for (const attempt of wrong) {
    await expect(openDatabase({ dataDir, url: attempt })).rejects.toMatchObject({ code: 'db.unreachable' });
  }
  // Processes of this machine need no password.
  const local = await openDatabase({ dataDir, url: '' });
  expect(await listSweeps(local.db)).toHaveLength(2);
  await local.close();

  // A command that starts it after a crash starts it for the others, too.
  const folder = (await findClusterFolder(dataDir))!;
  await crash(folder);
  const notices: string[] = [];
  const restarted = await openDatabase({ dataDir, url: '', onNotice: (said) => notices.push(said) });
  await restarted.close();
  expect(notices).toEqual([expect.stringContaining(`at 127.0.0.1, port ${port}`)]);
  const back = await openDatabase({ dataDir: newDataDir(), url });
  expect(await listSweeps(back.db)).toHaveLength(2);
  await back.close();

  expect((await command('stop', '--data', dataDir)).code).toBe(0);
  expect(existsSync(servedUrlFile(dataDir))).toBe(false);
  const again = await openDatabase({ dataDir, url: '' });
  expect((await again.sql`show listen_addresses`)[0]).toEqual({ listen_addresses: '' });
  await expect(openDatabase({ dataDir, url })).rejects.toMatchObject({ code: 'db.unreachable' });
  await again.close();

  // It crashed, and the machine has another address now.
  await crash(folder);
  await rememberNetwork(folder, { host: '192.0.2.1', port, hbaFile: '' });
  await expect(openDatabase({ dataDir, url: '' })).rejects.toMatchObject({
    code: 'db.address-unusable',
    message: expect.stringContaining('pnpm db:stop'),
  });
  expect((await command('stop', '--data', dataDir)).code).toBe(0);
  await (await openDatabase({ dataDir, url: '' })).close();
});

it.each([
  ['--host', 'localhost'],
  ['--host', '0.0.0.0'],
  ['--host', '127.0.0.1', '--allow', '10.0.0.0'],
  ['--host', '127.0.0.1', '--allow', '10.0.0.0/33'],
])('refuses %s %s %s %s', async (...args) => {
  const { code, stderr } = await command('serve', ...args, '--data', newDataDir());
  expect([code, stderr]).toEqual([2, expect.stringContaining('error cli.usage')]);
});
