import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const EMPTY_LOCK_MS = 500;

/** A server as its `postmaster.pid` tells of it. */
export interface Postmaster {
  pid: number;
  socketFolder: string;
  /** As Postgres writes it; a server accepts connections once it is `ready`. */
  status: 'starting' | 'ready' | 'stopping' | 'standby' | undefined;
}

/**
 * The server that runs on `data`; undefined if none does. Postgres itself takes care that there is
 * at most one, and removes a dead one's file. What it cannot see is that the process of that number
 * is another one by now (after a restart of the machine or container) or a zombie: then the file is
 * removed here, or no server would ever start again.
 */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const postmaster = readPostmaster(data);
  if (!postmaster || !isAlive(postmaster.pid)) return undefined;
  if (servesCluster(postmaster.pid, data)) return postmaster;
  // Read again: meanwhile another process may have started a server.
  if (readPostmaster(data)?.pid === postmaster.pid) {
    await rm(socketLock(postmaster.socketFolder), { force: true });
    await rm(pidFile(data), { force: true });
  }
  return undefined;
}

/** What the file says, whether or not that server is alive. */
export function readPostmaster(data: string): Postmaster | undefined {
  const text = readIfThere(pidFile(data));
  if (text === undefined) return undefined;
  // Its lines: pid, data folder, start, port, socket folder, addresses, shared memory, status.
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0)) return undefined;
  const status = lines[7]?.trim() as Postmaster['status'];
  return { pid, socketFolder: lines[4] ?? '', status };
}

/** A server that ends takes its file away: perhaps between a look and the reading, so there is no look. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Removes lock files that a server left empty, being killed between making and filling one: Postgres takes them for
 * those of a server that is starting, and would refuse for ever. One that is starting fills them within microseconds.
 */
export async function removeEmptyLocks(data: string, socketFolder: string): Promise<void> {
  const locks = [pidFile(data), socketLock(socketFolder)];
  const empty = locks.filter(isEmpty);
  if (empty.length === 0) return;
  await sleep(EMPTY_LOCK_MS);
  for (const lock of empty) if (isEmpty(lock)) await rm(lock, { force: true });
}

function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

/** Signals a server, which may have ended meanwhile. */
export function signalServer({ pid }: Postmaster, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether the process is a Postgres on this folder, which its command line names. */
export function servesCluster(pid: number, data: string): boolean {
  return commandLine(pid).includes(data);
}

function commandLine(pid: number): string {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).stdout.toString();
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const pidFile = (data: string) => join(data, 'postmaster.pid');
const socketLock = (socketFolder: string) => join(socketFolder, '.s.PGSQL.5432.lock');
