import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import type { Binaries } from './locate-binaries.ts';
import { makePrivateFolder, type ServerUser } from './server-user.ts';

/** For one researcher on one machine: little memory, few processes, and every commit on the disk. */
const SETTINGS = {
  listen_addresses: '',
  shared_buffers: '64MB',
  max_connections: '50',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  io_method: 'sync',
  jit: 'off',
  // Containers have little /dev/shm, which parallel queries fill.
  max_parallel_workers_per_gather: '0',
  log_checkpoints: 'off',
};

/** Longest folder for which `<folder>/.s.PGSQL.5432` is a socket's path on every system. */
const LONGEST_SOCKET_FOLDER = 88;
const SHORT_SOCKET_FOLDER = '/tmp/sae-lab-socket-';

/** A server that was just started: it may fail, or find that another one has the data already. */
export interface ServerProcess {
  socketFolder: string;
  /** What it wrote to the log before it exited; undefined while it runs. */
  failure(): string | undefined;
}

/** Starts Postgres apart from this process and its terminal, so that it outlives them. */
export async function spawnServer(
  folder: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<ServerProcess> {
  const socketFolder = await makeSocketFolder(folder, user);
  const logFile = join(folder, 'postgres.log');
  const log = openSync(logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', join(folder, 'data'), '-k', socketFolder, ...settings], {
    ...user,
    cwd: folder,
    detached: true,
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();

  let startError: string | undefined;
  let exited = false;
  child.once('error', (error) => (startError = error.message));
  child.once('exit', () => (exited = true));
  return {
    socketFolder,
    failure: () => startError ?? (exited ? readFileSync(logFile).subarray(logStart).toString() : undefined),
  };
}

/** Nothing of the caller's environment: `PG…` variables would change what the server does. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_ENV } = process.env;
  // Postgres has no use for NODE_ENV; Next.js's types, where they are in the program, require one.
  return { PATH, NODE_ENV, LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Removes a socket's folder if it was made for that alone. Never recursively: what holds anything
 * besides a socket is not such a folder.
 */
export async function removeSocketFolder(socketFolder: string): Promise<void> {
  if (!socketFolder.startsWith(SHORT_SOCKET_FOLDER)) return;
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock'])
    await rm(join(socketFolder, name), { force: true });
  await rmdir(socketFolder).catch(() => {});
}

async function makeSocketFolder(folder: string, user: ServerUser | undefined): Promise<string> {
  if (Buffer.byteLength(folder) <= LONGEST_SOCKET_FOLDER) return folder;
  const short = await mkdtemp(SHORT_SOCKET_FOLDER);
  await makePrivateFolder(short, user);
  return short;
}

/** Turns an error of the file system, met on the way to a server, into one that says what to do. */
export function explainFileError(error: unknown, dataDir: string): unknown {
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return serverFailure('the database was not made', message, error);
  // Node's word for a read-only file system, when it makes a folder with those above it.
  const readOnly = code === 'ENOENT' && syscall === 'mkdir';
  if (code === undefined || !(readOnly || UNUSABLE.has(code))) return error;
  return new SaeLabError('db.data-folder-unusable', {
    problem: 'the database cannot be kept in this data folder',
    field: 'dataDir',
    expected: 'a folder that this user may write',
    received: `${dataDir} (${message})`,
    fix: 'Run as the user who made it, give another data folder, or set DATABASE_URL to a Postgres server.',
    cause: error,
  });
}

const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** An error that shows the last of what Postgres itself had to say. */
export function serverFailure(problem: string, output: string, cause?: unknown): SaeLabError {
  const received = output.trim().split('\n').slice(-5).join('\n');
  if (/no space left on device|quota exceeded/i.test(output)) {
    return new SaeLabError('db.disk-full', {
      problem: `${problem}: no disk space is left`,
      received,
      fix: 'Free some space on the disk of the data folder and start again.',
      cause,
    });
  }
  return new SaeLabError('db.embedded-failed', {
    problem,
    received: received || (cause instanceof Error ? cause.message : 'no output'),
    fix: 'Correct what Postgres complains of, or set DATABASE_URL to a Postgres server.',
    cause,
  });
}
