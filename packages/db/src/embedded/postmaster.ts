import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sameFile } from './file-identity.ts';

/** A server as its `postmaster.pid` tells of it. */
export interface Postmaster {
  pid: number;
  socketFolder: string;
  /** As Postgres writes it; a server accepts connections once it is `ready`. */
  status: 'starting' | 'ready' | 'stopping' | 'standby' | undefined;
}

/**
 * The server that runs on `data` in this PID namespace; undefined if none does. A file alone is no proof: it may be
 * that of a dead server whose number is another process's by now, or of a server in a container, or a copy.
 */
export function findPostmaster(data: string): Postmaster | undefined {
  const postmaster = readPostmaster(data);
  return postmaster && servesCluster(postmaster.pid, data) ? postmaster : undefined;
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

/** Signals a server, which may have ended meanwhile. */
export function signalServer({ pid }: Postmaster, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether the process is a Postgres that works in this folder, by whatever name it was started or is called now. */
export function servesCluster(pid: number, data: string): boolean {
  const { command, workingFolder } = process.platform === 'linux' ? fromProc(pid) : fromLsof(pid);
  if (!command.startsWith('postgres')) return false;
  try {
    return sameFile(statSync(workingFolder), statSync(data));
  } catch {
    // It has ended, or is the Postgres of another user, whose folder is not shown.
    return false;
  }
}

interface Process {
  command: string;
  workingFolder: string;
}

function fromProc(pid: number): Process {
  try {
    return { command: readFileSync(`/proc/${pid}/comm`, 'utf8'), workingFolder: `/proc/${pid}/cwd` };
  } catch {
    return { command: '', workingFolder: '' };
  }
}

/** Exported for its test, which runs on any system that has lsof. */
export function fromLsof(pid: number): Process {
  // Its lines: p<pid>, c<command>, f<descriptor>, n<path>.
  const { stdout } = spawnSync('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-F', 'cn']);
  const lines = (stdout ?? '').toString().split('\n');
  const field = (name: string) => lines.find((line) => line.startsWith(name))?.slice(1) ?? '';
  return { command: field('c'), workingFolder: field('n') };
}

export const pidFile = (data: string) => join(data, 'postmaster.pid');
