import { chown, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whom the server runs as. Undefined: whoever runs this process. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/**
 * Postgres refuses to run as root. Then it runs as the owner of the cluster, which another user may
 * have made, else as nobody.
 */
export async function serverUser(clusterFolder: string | undefined): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = clusterFolder === undefined ? undefined : await stat(clusterFolder);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: 65534, gid: 65534 };
}

/** Makes a folder that only the server's user (and root) can enter. */
export async function makePrivateFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user) await chown(folder, user.uid, user.gid);
}

/** Whether `user` may pass through a folder and all those above it. */
export async function canEnter(folder: string, user: ServerUser | undefined): Promise<boolean> {
  if (!user) return true;
  const { uid, gid, mode } = await stat(folder);
  const executable = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & executable) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canEnter(parent, user);
}
