import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './locate-binaries.ts';
import type { ClusterLock } from './cluster-lock.ts';
import type { ServerUser } from './server-user.ts';
import { makeSocketFolder, nameForPostgres, socketOf } from './socket-folder.ts';

/** Settings for one user on one machine: little memory, few processes, durable commits. */
const SETTINGS = {
  listen_addresses: '',
  shared_buffers: '64MB',
  // A worker may hold ten.
  max_connections: '100',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  io_method: 'sync',
  jit: 'off',
  // In the data folder, since containers may have almost no /dev/shm.
  dynamic_shared_memory_type: 'mmap',
  max_parallel_workers_per_gather: '0',
  log_checkpoints: 'off',
};

/** How other machines reach the server. */
export interface Network {
  readonly host: string;
  readonly port: number;
  /** Who may connect, in the format of pg_hba.conf. */
  readonly hbaFile: string;
}

/** Workers of several machines have up to nine connections each. */
const SERVED_CONNECTIONS = '200';

/** A server that was just started. It may still fail, or find that another server has the data. */
export interface ServerProcess {
  socketFolder: string;
  /** What the server logged before it exited; undefined while it runs. */
  failure(): string | undefined;
}

/** Starts Postgres detached, so that it outlives this process and its terminal. It inherits the lock. */
export async function spawnServer(
  folder: string,
  binaries: Binaries,
  user: ServerUser | undefined,
  lock: ClusterLock,
  network?: Network,
): Promise<ServerProcess> {
  const socketFolder = await makeSocketFolder(folder, user);
  lock.noteSocketFolder(socketFolder === folder ? undefined : socketFolder);
  const data = await nameForPostgres(join(folder, 'data'), socketFolder);
  const logFile = join(folder, 'postgres.log');
  const log = openSync(logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  // The name of the socket contains the port. Local processes know it by the usual one.
  if (network !== undefined && network.port !== 5432) {
    await symlink(`.s.PGSQL.${network.port}`, socketOf(socketFolder));
  }
  const all = { ...SETTINGS, ...(network !== undefined && settingsOf(network)) };
  const settings = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', data, '-k', socketFolder, ...settings], {
    ...user,
    cwd: folder,
    detached: true,
    env: serverEnvironment(),
    stdio: ['ignore', log, log, lock.fd],
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

function settingsOf({ host, port, hbaFile }: Network): Record<string, string> {
  return {
    listen_addresses: host,
    port: String(port),
    hba_file: hbaFile,
    max_connections: SERVED_CONNECTIONS,
  };
}

/** Excludes the caller's variables, since `PG…` variables would change the server's behaviour. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_ENV } = process.env;
  // Postgres does not use NODE_ENV, but Next.js's types require it.
  return { PATH, NODE_ENV, LC_ALL: 'C', TZ: 'UTC' };
}
