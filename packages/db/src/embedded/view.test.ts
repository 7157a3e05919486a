import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../connection/open-database.ts';
import { newDataDir, openElsewhere, openHere } from '../testing/temporary-data-folder.ts';
import { canEnter } from './server-user.ts';
import { startEmbedded, stopEmbedded } from './server.ts';
import { startViewOf, stopViewOf } from './view.ts';

const nobody = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;

test('shows the folder’s contents, follows its changes and is removed at the end', async () => {
  const dataDir = newDataDir();
  const control = join(dataDir, 'postgres/data/global/pg_control');
  const change = async (statement: string): Promise<void> => {
    const database = await openDatabase({ dataDir, url: '' });
    await database.sql.unsafe(statement);
    await database.close();
    await stopEmbedded(dataDir);
  };
  const tablesInView = async (): Promise<unknown> => {
    const database = await openDatabase({ dataDir: '/nowhere', url: (await startViewOf(dataDir))! });
    const [row] = await database.sql`select to_regclass('one')::text as one, to_regclass('two')::text as two`;
    await database.close();
    return row;
  };
  await change('create table one ()');
  const before = readFileSync(control);
  expect(await tablesInView()).toEqual({ one: 'one', two: null });
  const url = await startViewOf(dataDir);
  expect(await startViewOf(dataDir)).toBe(url);
  expect(readFileSync(control)).toEqual(before);
  await change('create table two ()');
  expect(await tablesInView()).toEqual({ one: 'one', two: 'two' });
  const folder = new URL(url!).searchParams.get('host')!;
  expect(existsSync(folder)).toBe(false);
  expect(await stopViewOf(dataDir)).toBe(true);
  expect(await stopViewOf(dataDir)).toBe(false);
});

test('makes no copy of a folder without a database', async () => {
  expect(await startViewOf(newDataDir())).toBeUndefined();
});

test('lets readers, but not writers, open a folder without write permission', async (context) => {
  // Permissions do not apply to root.
  const user = isRoot ? nobody : undefined;
  if (
    isRoot &&
    !((await canEnter(import.meta.dirname, nobody)) && (await canEnter(process.execPath, nobody)))
  )
    context.skip('this checkout is closed to other users');
  const dataDir = newDataDir();
  mkdirSync(dataDir);
  if (isRoot) chownSync(dataDir, nobody.uid, nobody.gid);
  const as = { ...(user && { user }) };
  await openElsewhere(dataDir, as);
  await stopEmbedded(dataDir);
  const closed = [join(dataDir, 'postgres/data'), join(dataDir, 'postgres')];
  for (const path of closed) chmodSync(path, 0o500);
  await expect(openElsewhere(dataDir, as)).rejects.toThrow(/db\.data-folder-unusable/);
  const shown = await openElsewhere(dataDir, { ...as, read: true });
  expect(await openElsewhere(dataDir, { ...as, read: true })).toBe(shown);
  for (const path of closed) chmodSync(path, 0o700);
  // The copy belongs to that user.
  const stop = `await (await import(${JSON.stringify(join(import.meta.dirname, 'view.ts'))})).stopViewOf(${JSON.stringify(dataDir)})`;
  const args = ['--input-type=module', '-e', stop];
  expect(spawnSync(process.execPath, args, { ...user, cwd: '/' }).status).toBe(0);
});

const READ_ONLY = [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
];
const { status, stderr, error } = spawnSync(READ_ONLY[0]!, [...READ_ONLY.slice(1), '/opt', 'true'], {
  encoding: 'utf8',
});
const reason = error?.message ?? (status === 0 ? undefined : stderr.trim());
if (reason !== undefined) console.warn(`the test of a read-only mount is skipped: ${reason}`);

test.skipIf(reason !== undefined)(
  'does the same for a folder on a read-only disk, unless its server is already running',
  async () => {
    const dataDir = newDataDir();
    await startEmbedded(dataDir);
    const within = [...READ_ONLY, dataDir];
    const running = await openHere(dataDir);
    expect(await openElsewhere(dataDir, { within })).toBe(running);
    await stopEmbedded(dataDir);
    await expect(openElsewhere(dataDir, { within })).rejects.toThrow(/db\.data-folder-unusable/);
    const shown = await openElsewhere(dataDir, { within, read: true });
    expect(await openElsewhere(dataDir, { within, read: true })).toBe(shown);
    expect(await stopViewOf(dataDir)).toBe(true);
  },
);
