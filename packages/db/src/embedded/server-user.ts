import { chown, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The user that the server runs as. Undefined means the user of this process. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/**
 * The user for the server if this process runs as root, which Postgres refuses: the owner of the cluster, which another
 * user may have created, otherwise nobody.
 */
export async function serverUser(clusterFolder: string | undefined): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = clusterFolder === undefined ? undefined : await stat(clusterFolder);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: 65534, gid: 65534 };
}

/** Creates a folder that only the server's user and root can enter. */
export async function makePrivateFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user) await chown(folder, user.uid, user.gid);
}

/** Whether `user` can enter a folder and all its parents. */
export async function canEnter(folder: string, user: ServerUser | undefined): Promise<boolean> {
  if (!user) return true;
  const { uid, gid, mode } = await stat(folder);
  const executable = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & executable) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canEnter(parent, user);
}
