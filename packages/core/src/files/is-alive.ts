import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names a process to others that see the same files, on this machine or elsewhere. */
export interface ProcessName {
  /** Within which process numbers have a meaning: the machine, and on Linux the container (PID namespace). */
  host: string;
  pid: number;
  /** When it started, in the system's own count; a number that is in use again has another. Empty where unknown. */
  started: string;
}

export function thisProcess(): ProcessName {
  return { host: thisHost(), pid: process.pid, started: startOf(process.pid) };
}

/** Whether a process is alive; undefined if that cannot be known here, since it belongs to another host or container. */
export function isAlive({ host, pid, started }: ProcessName): boolean | undefined {
  // The name alone: written by an older version.
  if (host !== thisHost() && host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === '' || startOf(pid) === started;
}

/** Fit for a file's name. */
export function thisHost(): string {
  return `${hostname()}${pidNamespace()}`;
}

function pidNamespace(): string {
  try {
    // A link to e.g. pid:[4026531836].
    return `-${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]}`;
  } catch {
    return '';
  }
}

function startOf(pid: number): string {
  try {
    // The 22nd field; the second, in parentheses, may hold anything.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
