import { chown, cp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerUser } from './server-user.ts';
import { makePrivateFolder } from './server-user.ts';

/** What belongs to a server that runs, and not to the data. */
const OF_A_SERVER = new Set(['postmaster.pid', 'postmaster.opts', 'pg_dynshmem']);

/** Copies the cluster of one folder, which nobody serves, into another. */
export async function copyCluster(from: string, to: string, user: ServerUser | undefined): Promise<void> {
  const source = join(from, 'data');
  const draft = join(to, 'data.copy');
  await rm(draft, { recursive: true, force: true });
  await cp(source, draft, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !OF_A_SERVER.has(path.slice(source.length + 1)),
  });
  await makePrivateFolder(join(draft, 'pg_dynshmem'), user);
  if (user) await giveTo(draft, user);
  await rename(draft, join(to, 'data'));
}

async function giveTo(folder: string, { uid, gid }: ServerUser): Promise<void> {
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    await chown(join(entry.parentPath, entry.name), uid, gid);
}
