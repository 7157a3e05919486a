import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sameFile } from './file-identity.ts';

/** A server as its `postmaster.pid` describes it. */
export interface Postmaster {
  pid: number;
  socketFolder: string;
  /** As written by Postgres. A server accepts connections once it is `ready`. */
  status: 'starting' | 'ready' | 'stopping' | 'standby' | undefined;
}

/**
 * The server that runs on `data` in this PID namespace; undefined if there is none. The file alone proves nothing: it may
 * be a copy, belong to a server in a container, or to a dead server whose process id has been reused.
 */
export function findPostmaster(data: string): Postmaster | undefined {
  const postmaster = readPostmaster(data);
  return postmaster && servesCluster(postmaster.pid, data) ? postmaster : undefined;
}

/** The contents of the file, whether or not the server is alive. */
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

/** Reads without checking first: a stopping server may delete the file in between. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Signals a server, which may have ended in the meantime. */
export function signalServer({ pid }: Postmaster, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether the process is a Postgres whose working folder this is, under whatever path. */
export function servesCluster(pid: number, data: string): boolean {
  const { command, workingFolder } = process.platform === 'linux' ? fromProc(pid) : fromLsof(pid);
  if (!command.startsWith('postgres')) return false;
  try {
    return sameFile(statSync(workingFolder), statSync(data));
  } catch {
    // The process has ended, or belongs to another user, whose working folder is hidden.
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
