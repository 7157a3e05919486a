import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../connection/open-database.ts';
import { appendCurves, curvesOf } from '../queries/curves.ts';
import { newDataDir, openElsewhere } from '../testing/temporary-data-folder.ts';
import { startedRun } from '../testing/sample-rows.ts';
import { findPostmaster, readPostmaster } from './postmaster.ts';
import { canEnter } from './server-user.ts';
import { startEmbedded, stopEmbedded } from './server.ts';

const nobody = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;

const open = (dataDir: string) => openDatabase({ dataDir, url: '' });

test('shares one server, which outlives them, among processes that open a folder at once', async () => {
  const dataDir = newDataDir();
  const started = await Promise.all([openElsewhere(dataDir), openElsewhere(dataDir)]);
  expect(new Set(started).size).toBe(1);
  expect(await openElsewhere(dataDir)).toBe(started[0]);
  // The servers that lost the race left nothing behind.
  expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('data'))).toEqual(['data']);

  expect(await stopEmbedded(dataDir)).toBe(true);
  expect(await stopEmbedded(dataDir)).toBe(false);
  // Now all processes find data without a server and start one. Only one server gets the data.
  const urls = await Promise.all(Array.from({ length: 6 }, () => startEmbedded(dataDir)));
  expect(new Set(urls).size).toBe(1);
  await stopEmbedded(dataDir);
  expect(await openElsewhere(dataDir)).not.toBe(started[0]);
});

test('keeps everything that was committed before a kill -9 during writes', async () => {
  const dataDir = newDataDir();
  const before = await open(dataDir);
  const run = await startedRun(before.db);
  let committed = 0;
  const { pid } = findPostmaster(join(dataDir, 'postgres/data'))!;
  const writing = (async () => {
    for (let step = 0; ; step += 1) {
      await appendCurves(before.db, { ...run, curves: { loss: { steps: [step], values: [step / 7] } } });
      committed = step + 1;
      if (committed === 50) process.kill(pid, 'SIGKILL');
    }
  })();
  await expect(writing).rejects.toMatchObject({ code: 'db.connection-lost' });
  await before.close();

  // Its pid file and socket still exist.
  expect(readPostmaster(join(dataDir, 'postgres/data'))?.pid).toBe(pid);
  const after = await open(dataDir);
  const curves = await curvesOf(after.db, run.runId);
  await after.close();
  const { steps, values } = curves.get('loss')!;
  expect(steps.length).toBeGreaterThanOrEqual(committed);
  expect(values).toEqual(steps.map((step) => step / 7));
});

test('does not mistake a pid file with a reused process id for a server', async () => {
  const dataDir = newDataDir();
  await startEmbedded(dataDir);
  const data = join(dataDir, 'postgres/data');
  const file = join(data, 'postmaster.pid');
  const lines = readFileSync(file, 'utf8').split('\n');
  await stopEmbedded(dataDir);
  // The process belongs to the server's user, since Postgres ignores those of other users.
  const other = spawn('sleep', ['60'], { ...(isRoot && nobody), cwd: '/' });
  onTestFinished(() => void other.kill());
  for (const path of [file, join(dataDir, 'postgres/.s.PGSQL.5432.lock')]) {
    writeFileSync(path, [other.pid, ...lines.slice(1)].join('\n'));
  }
  expect(await stopEmbedded(dataDir)).toBe(false);
  await startEmbedded(dataDir);
  expect(findPostmaster(data)?.pid).not.toBe(other.pid);
});

test.each(['postmaster.pid', '.s.PGSQL.5432.lock'])(
  'ignores an empty %s, left by a server that was killed while creating it',
  async (name) => {
    const dataDir = newDataDir();
    await startEmbedded(dataDir);
    await stopEmbedded(dataDir);
    const lock = join(dataDir, name === 'postmaster.pid' ? 'postgres/data' : 'postgres', name);
    writeFileSync(lock, '');
    if (isRoot) chownSync(lock, nobody.uid, nobody.gid);
    await startEmbedded(dataDir);
    expect(findPostmaster(join(dataDir, 'postgres/data'))?.status).toBe('ready');
  },
);

test('replaces a server whose socket was deleted', async () => {
  const dataDir = newDataDir();
  await startEmbedded(dataDir);
  const first = findPostmaster(join(dataDir, 'postgres/data'));
  rmSync(join(first!.socketFolder, '.s.PGSQL.5432'));
  const database = await open(dataDir);
  expect(findPostmaster(join(dataDir, 'postgres/data'))?.pid).not.toBe(first!.pid);
  await database.close();
});

test('removes what an interrupted initdb left, and does not mistake it for a database', async () => {
  const dataDir = newDataDir();
  // This number is above the largest process id on Linux and macOS.
  const draft = join(dataDir, 'postgres/data.initdb-999999999-x');
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'PG_VERSION'), '18\n');
  const database = await open(dataDir);
  await database.close();
  expect(existsSync(draft)).toBe(false);
});

test('removes the files of an initdb that outlived its parent', async () => {
  const dataDir = newDataDir();
  const draft = join(dataDir, 'postgres/data.initdb-999999999-x');
  mkdirSync(draft, { recursive: true });
  // initdb does this for about a second, even if its parent is gone.
  const makeFiles = `
    const end = Date.now() + 1000;
    for (let i = 0; Date.now() < end; i++) require('node:fs').writeFileSync(process.argv[1] + '/' + i, '');`;
  const outliving = spawn(process.execPath, ['-e', makeFiles, draft], { stdio: 'ignore' });
  onTestFinished(() => void outliving.kill());
  await vi.waitFor(() => expect(readdirSync(draft)).not.toEqual([]), { timeout: 10_000, interval: 1 });
  const database = await open(dataDir);
  await database.close();
  expect(existsSync(draft)).toBe(false);
});

test('uses a short folder for the socket if the path is too long, and removes it at the end', async () => {
  const dataDir = newDataDir('long-'.repeat(30));
  const url = await startEmbedded(dataDir);
  const socketFolder = new URL(url).searchParams.get('host')!;
  expect(socketFolder).toMatch(/^\/tmp\/sae-lab-socket-/);
  const database = await open(dataDir);
  expect(database.url).toBe(url);
  await database.close();
  await stopEmbedded(dataDir);
  expect(existsSync(socketFolder)).toBe(false);
});

test('refuses an unusable data folder', async () => {
  const dataDir = newDataDir();
  writeFileSync(dataDir, 'a file');
  for (const impossible of [dataDir, join(dataDir, 'below')]) {
    await expect(open(impossible)).rejects.toMatchObject({ code: 'db.data-folder-unusable' });
  }
  rmSync(dataDir);
});

// Only a server started by root runs as another user, who may lack access.
describe.skipIf(!isRoot)('as root (skipped for other users, who run the server themselves)', () => {
  test('stores the data in /var/tmp if the folder is closed to others, and finds it again', async () => {
    const dataDir = newDataDir('data', 0o700);
    const first = await openElsewhere(dataDir);
    const { folder } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as { folder: string };
    expect(folder).toMatch(/^\/var\/tmp\/sae-lab-/);
    expect(await openElsewhere(dataDir)).toBe(first);

    // The folder is now open to others, but the data is still where the record says.
    await stopEmbedded(dataDir);
    chmodSync(join(dataDir, '..'), 0o755);
    await openElsewhere(dataDir);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);

    await stopEmbedded(dataDir);
    rmSync(folder, { recursive: true });
    await expect(open(dataDir)).rejects.toMatchObject({
      code: 'db.data-missing',
      message: expect.stringContaining(folder),
    });
    rmSync(join(dataDir, 'postgres.json'));
  });

  test('shares one server among processes that open such a folder at once', async () => {
    const dataDir = newDataDir('data', 0o700);
    const started = await Promise.all([openElsewhere(dataDir), openElsewhere(dataDir)]);
    expect(new Set(started).size).toBe(1);
  });

  test('runs the server as the user who owns the database', async (context) => {
    const readable =
      (await canEnter(import.meta.dirname, nobody)) && (await canEnter(process.execPath, nobody));
    if (!readable) context.skip('this checkout is closed to other users');
    const dataDir = newDataDir();
    // They do not own the folder yet, so opening it is an error.
    await expect(openElsewhere(dataDir, { user: nobody })).rejects.toThrow(/db\.data-folder-unusable/);
    mkdirSync(dataDir);
    chownSync(dataDir, nobody.uid, nobody.gid);
    const started = await openElsewhere(dataDir, { user: nobody });
    expect(await openElsewhere(dataDir)).toBe(started);
    await stopEmbedded(dataDir);
    await openElsewhere(dataDir);
    await stopEmbedded(dataDir);
    await openElsewhere(dataDir, { user: nobody });
  });

  test('does not silently replace a database whose folder was closed afterwards', async () => {
    const dataDir = newDataDir();
    await openElsewhere(dataDir);
    await stopEmbedded(dataDir);
    chmodSync(join(dataDir, '..'), 0o700);
    await expect(open(dataDir)).rejects.toMatchObject({ code: 'db.data-unreachable' });
  });
});
