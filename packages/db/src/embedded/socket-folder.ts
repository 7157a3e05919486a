import { mkdtemp, rm, rmdir, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { makePrivateFolder, type ServerUser } from './server-user.ts';

/** The longest folder for which `<folder>/.s.PGSQL.5432` is a valid socket path on every system. */
const LONGEST_SOCKET_FOLDER = 88;
const SHORT_SOCKET_FOLDER = '/tmp/sae-lab-socket-';
/** Postgres splits socket folders at commas and writes each on a line of `postmaster.pid`. */
const HAS_MEANING = /[,\p{Cc}]/u;

/** Postgres's own limit for a data folder's name is 1024. */
const LONGEST_DATA_FOLDER = 1000;

/** The folder for the server's socket: the cluster's folder, or one in /tmp if that path cannot hold a socket. */
export async function makeSocketFolder(folder: string, user: ServerUser | undefined): Promise<string> {
  if (Buffer.byteLength(folder) <= LONGEST_SOCKET_FOLDER && !HAS_MEANING.test(folder)) return folder;
  const short = await mkdtemp(SHORT_SOCKET_FOLDER);
  await makePrivateFolder(short, user);
  return short;
}

export function isShort(socketFolder: string): boolean {
  return socketFolder.startsWith(SHORT_SOCKET_FOLDER);
}

/** The path of the cluster's data for Postgres, or a link next to the socket if Postgres could not handle the path. */
export async function nameForPostgres(data: string, socketFolder: string): Promise<string> {
  if (Buffer.byteLength(data) <= LONGEST_DATA_FOLDER && !/\p{Cc}/u.test(data)) return data;
  const link = join(socketFolder, DATA_LINK);
  await symlink(data, link);
  return link;
}

const DATA_LINK = 'data';

/**
 * Removes a folder that was created for a socket. Not recursive, since a folder with other contents is not ours.
 */
export async function removeSocketFolder(socketFolder: string | undefined): Promise<void> {
  if (socketFolder === undefined || !isShort(socketFolder)) return;
  await removeSocket(socketFolder);
  await rm(join(socketFolder, DATA_LINK), { force: true });
  await rmdir(socketFolder).catch(() => {});
}

/** Removes the socket that a dead server left in its folder. */
export async function removeSocket(socketFolder: string): Promise<void> {
  for (const path of [socketOf(socketFolder), `${socketOf(socketFolder)}.lock`])
    await rm(path, { force: true });
}

/** Whether a server listens on the socket in this folder. The kernel answers, so this works across namespaces. */
export function isServed(socketFolder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketOf(socketFolder));
    const answer = (served: boolean) => {
      socket.destroy();
      resolve(served);
    };
    socket.once('connect', () => answer(true));
    // The server exists, but its queue of connections is full.
    socket.once('error', ({ code }: NodeJS.ErrnoException) => answer(code === 'EAGAIN'));
  });
}

export const socketOf = (socketFolder: string) => join(socketFolder, '.s.PGSQL.5432');
