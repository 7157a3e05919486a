import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../connection/open-database.ts';
import { newDataDir, openHere, toBeRemoved } from '../testing/temporary-data-folder.ts';
import { startEmbedded, stopEmbedded } from './server.ts';

const LONG = 'long-'.repeat(30);

/** Copies a folder as a user would, including its sockets. */
function copyFolder(from: string): string {
  const to = toBeRemoved(`${from}-copy`);
  execFileSync('cp', ['-a', from, to]);
  return to;
}

test.each(['data', LONG])('starts a separate server for a copy of a folder in use (%s)', async (name) => {
  const original = newDataDir(name);
  const started = await openHere(original);
  const copy = copyFolder(original);
  expect(await stopEmbedded(copy)).toBe(false);
  expect(await openHere(copy)).not.toBe(started);
  expect(await openHere(original)).toBe(started);
  expect(await stopEmbedded(copy)).toBe(true);
  expect(await openHere(original)).toBe(started);
});

test.runIf(process.getuid?.() === 0)(
  'copies a database outside its data folder when the folder is copied, once it is stopped (as root)',
  async () => {
    const original = newDataDir('data', 0o700);
    await startEmbedded(original);
    await stopEmbedded(original);
    // The record of an older version names no owner. The first process that opens the folder adds one.
    const record = join(original, 'postgres.json');
    const { folder } = JSON.parse(readFileSync(record, 'utf8')) as { folder: string };
    writeFileSync(record, JSON.stringify({ folder }));
    const database = await openDatabase({ dataDir: original, url: '' });
    await database.sql`create table mine ()`;
    await database.close();
    const copy = copyFolder(original);
    await expect(startEmbedded(copy)).rejects.toMatchObject({ code: 'db.data-copied' });
    await stopEmbedded(original);
    const copied = await openDatabase({ dataDir: copy, url: '' });
    expect(await copied.sql`select to_regclass('mine')::text as name`).toEqual([{ name: 'mine' }]);
    await copied.close();
    const place = (dataDir: string) => readFileSync(join(dataDir, 'postgres.json'), 'utf8');
    expect(place(copy)).not.toBe(place(original));
    expect(await openHere(original)).not.toBe(await openHere(copy));
  },
);

test('keeps the server of a folder that is moved or opened through a link', async () => {
  const before = newDataDir();
  const started = await openHere(before);
  const after = toBeRemoved(join(dirname(before), 'moved'));
  renameSync(before, after);
  expect(await openHere(after)).toBe(started);
  // Another folder now has its old path.
  expect(await openHere(before)).not.toBe(started);
  const link = join(dirname(before), 'link');
  symlinkSync(after, link);
  expect(await openHere(link)).toBe(started);
  expect(await stopEmbedded(link)).toBe(true);
  rmSync(link);
});

test.each([
  ['commas, spaces, quotes and the like', `a, b/"c" 'd' = %41 \\ $HOME ü`],
  ['a line break', 'first\nsecond'],
  ['more than 1024 bytes', Array.from({ length: 10 }, () => LONG).join('/')],
])('works in a folder whose name has %s', async (_, name) => {
  const dataDir = newDataDir(name);
  mkdirSync(dirname(dataDir), { recursive: true });
  const database = await openDatabase({ dataDir, url: '' });
  expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);
  await database.close();
  expect(existsSync(join(dataDir, 'postgres/data/PG_VERSION'))).toBe(true);
  expect(await stopEmbedded(dataDir)).toBe(true);
  expect(await openHere(dataDir)).not.toBe('');
});

test('refuses a name that the file system does not allow', async () => {
  await expect(startEmbedded(newDataDir('x'.repeat(300)))).rejects.toMatchObject({
    code: 'db.data-folder-unusable',
    message: expect.stringContaining('ENAMETOOLONG'),
  });
});
