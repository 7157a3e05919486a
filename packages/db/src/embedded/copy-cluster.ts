import { chmod, chown, cp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerUser } from './server-user.ts';
import { makePrivateFolder } from './server-user.ts';

/** Files of a running server that are not part of the data. */
const OF_A_SERVER = new Set(['postmaster.pid', 'postmaster.opts', 'pg_dynshmem']);

/** Copies a cluster that no server uses into another folder. */
export async function copyCluster(from: string, to: string, user: ServerUser | undefined): Promise<void> {
  const source = join(from, 'data');
  const draft = join(to, 'data.copy');
  await rm(draft, { recursive: true, force: true });
  await cp(source, draft, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !OF_A_SERVER.has(path.slice(source.length + 1)),
  });
  await makeWritable(draft, user);
  await makePrivateFolder(join(draft, 'pg_dynshmem'), user);
  await rename(draft, join(to, 'data'));
}

/** Sets the permissions that initdb would set. The original may have been read-only. */
async function makeWritable(folder: string, user: ServerUser | undefined): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => ({
    path: join(entry.parentPath, entry.name),
    mode: entry.isDirectory() ? 0o700 : 0o600,
  }));
  for (const { path, mode } of [{ path: folder, mode: 0o700 }, ...paths]) {
    await chmod(path, mode);
    if (user) await chown(path, user.uid, user.gid);
  }
}
