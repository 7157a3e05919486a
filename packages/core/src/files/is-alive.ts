import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies a process to others that share its files, on this machine or another. */
export interface ProcessName {
  /** The scope of process numbers: the machine, and on Linux the PID namespace of a container. */
  host: string;
  pid: number;
  /** Start time in the system's own units. Distinguishes processes that reuse a number. Empty if unknown. */
  started: string;
}

export function thisProcess(): ProcessName {
  return { host: thisHost(), pid: process.pid, started: startOf(process.pid) };
}

/** Whether a process is alive; undefined if it belongs to another host or container, where this cannot be checked. */
export function isAlive({ host, pid, started }: ProcessName): boolean | undefined {
  // Older versions wrote the host name alone.
  if (host !== thisHost() && host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === '' || startOf(pid) === started;
}

/** The host of this process, in characters that file names allow. */
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
    // The 22nd field. The second is in parentheses and may contain any characters.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
