// oxlint-disable-next-line typescript/triple-slash-reference -- other packages compile this file in their own program
/// <reference path="./fs-native-extensions.d.ts" />
import { closeSync, fchownSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { sameFile, type FileIdentity } from './file-identity.ts';
import type { ServerUser } from './server-user.ts';

/**
 * The right to be the only server of a cluster. The kernel ties the lock to an open file that the server and its
 * children inherit, so it lasts as long as any of them lives. It holds in every PID namespace (container) that sees the
 * folder, where process ids are meaningless.
 */
export interface ClusterLock {
  /** Inherited by the processes that work on the cluster. */
  readonly fd: number;
  /** False on a file system without locks. */
  readonly effective: boolean;
  /** Records the socket's folder if it is outside the cluster's folder. */
  noteSocketFolder(socketFolder: string | undefined): void;
  /** Releases the lock in this process. Processes that inherited it keep it. */
  release(): void;
}

/** Takes the lock; undefined if another process has it. */
export function lockCluster(folder: string, user: ServerUser | undefined): ClusterLock | undefined {
  const fd = openSync(lockFile(folder), 'a+', 0o600);
  if (user) fchownSync(fd, user.uid, user.gid);
  const locked = lockOrClose(fd, { shared: false });
  if (locked === 'taken') return undefined;
  return {
    fd,
    effective: locked === 'locked',
    noteSocketFolder(socketFolder) {
      ftruncateSync(fd);
      if (socketFolder === undefined) return;
      const { dev, ino } = fstatSync(fd);
      writeSync(fd, JSON.stringify({ dev, ino, socketFolder } satisfies Note));
    },
    release: () => closeSync(fd),
  };
}

/** Whether a process in any namespace serves the cluster or is about to. */
export function isLocked(folder: string): boolean {
  const share = shareCluster(folder);
  share?.release();
  return share === undefined;
}

/** Keeps servers away while the cluster is read; undefined if one is running. Needs no write permission. */
export function shareCluster(folder: string): Pick<ClusterLock, 'release'> | undefined {
  let fd: number;
  try {
    fd = openSync(lockFile(folder), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Created by an older version, or never served.
    return { release: () => {} };
  }
  return lockOrClose(fd, { shared: true }) === 'taken' ? undefined : { release: () => closeSync(fd) };
}

/** The socket folder that the last holder recorded. The record in a copy of the cluster does not count. */
export function notedSocketFolder(folder: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(lockFile(folder), 'r');
  } catch {
    return undefined;
  }
  try {
    const note = JSON.parse(readFileSync(fd, 'utf8')) as Note;
    return sameFile(note, fstatSync(fd)) ? note.socketFolder : undefined;
  } catch {
    // Empty, or truncated by a crash.
    return undefined;
  } finally {
    closeSync(fd);
  }
}

type Note = FileIdentity & { socketFolder: string };

function lockOrClose(fd: number, options: { shared: boolean }): 'locked' | 'taken' | 'unsupported' {
  let outcome: ReturnType<typeof lockOrClose> = 'taken';
  try {
    outcome = tryLock(fd, options) ? 'locked' : 'taken';
  } catch (error) {
    if (!WITHOUT_LOCKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    outcome = 'unsupported';
  } finally {
    if (outcome === 'taken') closeSync(fd);
  }
  return outcome;
}

/** Errors of file systems without locks, such as some network file systems. */
const WITHOUT_LOCKS = new Set(['ENOLCK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

const lockFile = (folder: string) => join(folder, 'server.lock');
