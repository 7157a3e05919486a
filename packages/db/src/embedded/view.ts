import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { findClusterFolder } from './cluster-folder.ts';
import { shareCluster } from './cluster-lock.ts';
import { copyCluster } from './copy-cluster.ts';
import { explainFileError } from './explain-failure.ts';
import { servedElsewhere, startEmbedded, stopEmbedded } from './server.ts';
import { makePrivateFolder, serverUser } from './server-user.ts';

/** Larger clusters take too long to copy just to look at them. */
const LARGEST = 2 * 2 ** 30;

/**
 * Serves a copy of the cluster of a read-only data folder, since Postgres needs to write. The copy is in the folder for
 * temporary files and is reused until the original changes. `pnpm db:stop` removes it.
 *
 * @returns the URL; undefined if there is nothing to copy
 * @throws {SaeLabError} `db.data-too-large`, `db.served-elsewhere`
 */
export async function startViewOf(
  dataDir: string,
  onNotice?: (message: string) => void,
): Promise<string | undefined> {
  try {
    return await viewOf(dataDir, onNotice);
  } catch (error) {
    throw explainFileError(error, tmpdir());
  }
}

async function viewOf(
  dataDir: string,
  onNotice: ((message: string) => void) | undefined,
): Promise<string | undefined> {
  const folder = await findClusterFolder(dataDir);
  const state = folder === undefined ? undefined : await stateOf(folder).catch(() => undefined);
  if (folder === undefined || state === undefined) return undefined;
  await refuseForeign(viewsOf(folder));
  const view = join(viewsOf(folder), state);
  if (!existsSync(join(view, 'postgres/data'))) await makeView(folder, view);
  onNotice?.(`${dataDir} is read-only. Using a copy of its database in ${view}.`);
  return startEmbedded(view, onNotice);
}

/** Stops the server of the copy and removes it; false if there is none. */
export async function stopViewOf(dataDir: string): Promise<boolean> {
  const folder = await findClusterFolder(dataDir);
  const views = folder === undefined ? undefined : viewsOf(folder);
  if (views === undefined || !existsSync(views)) return false;
  for (const name of await readdir(views)) await stopEmbedded(join(views, name));
  await rm(views, { recursive: true });
  return true;
}

async function makeView(folder: string, view: string): Promise<void> {
  const share = shareCluster(folder);
  if (!share) throw servedElsewhere(folder);
  try {
    const views = viewsOf(folder);
    // Copies of earlier states of the original.
    if (existsSync(views)) for (const name of await readdir(views)) await removeView(join(views, name));
    await mkdir(view, { recursive: true });
    for (const path of [views, view]) await chmod(path, 0o711);
    await requireRoom(folder, view);
    const user = await serverUser(folder);
    const copy = join(view, 'postgres');
    await makePrivateFolder(copy, user);
    await copyCluster(folder, copy, user);
  } finally {
    share.release();
  }
}

/** The name is predictable, so another user's folder is not used. */
async function refuseForeign(views: string): Promise<void> {
  const found = await lstat(views).catch(() => undefined);
  if (!found || (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0))
    return;
  throw new SaeLabError('db.data-folder-unusable', {
    problem: `${views}, for copies of databases, belongs to another user`,
    expected: 'a folder created by this user',
    fix: 'Delete it, or set TMPDIR to another folder for temporary files.',
  });
}

async function removeView(view: string): Promise<void> {
  await stopEmbedded(view);
  await rm(view, { recursive: true });
}

async function requireRoom(folder: string, view: string): Promise<void> {
  const bytes = await sizeOf(folder);
  const { bavail, bsize } = await statfs(view);
  const most = Math.min(LARGEST, (bavail * bsize) / 2);
  if (bytes <= most) return;
  const gigabytes = (count: number) => `${(count / 2 ** 30).toFixed(1)} GiB`;
  throw new SaeLabError('db.data-too-large', {
    problem: 'the data folder is read-only and its database is too large to copy',
    field: 'dataDir',
    expected: `a writable folder, or a database of at most ${gigabytes(most)}`,
    received: `${gigabytes(bytes)} in ${folder}`,
    fix: 'Make the folder writable, or copy it to a writable place (`cp -a`) and pass that as --data.',
  });
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A hash that changes with every checkpoint and shutdown, when Postgres writes this file. */
async function stateOf(folder: string): Promise<string> {
  return hashOf(await readFile(join(folder, 'data/global/pg_control')));
}

function viewsOf(folder: string): string {
  return join(tmpdir(), `sae-lab-view-${process.getuid?.()}-${hashOf(folder)}`);
}

const hashOf = (content: string | Buffer) => createHash('sha256').update(content).digest('hex').slice(0, 16);
