/** What runs on a data folder, from /proc: Linux only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Set in the environment of a command; its worker processes inherit it. The server does not: it outlives them. */
export const MARK = 'SAE_LAB_FAULT_RUN';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly kind: 'command' | 'worker' | 'server';
}

/** The processes of marked commands, and the servers whose place is the data folder. Those that have died but were not reaped are left out. */
export function processesOf(mark: string, dataDir: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const kind = kindOf(name, mark, dataDir);
      const parent = parentOf(name);
      return kind === undefined || parent === undefined ? [] : [{ pid: Number(name), parent, kind }];
    });
}

/** The server's first process, which has all others as its children. */
export function postmasterOf(dataDir: string): number | undefined {
  const pid = Number(read(join(dataDir, 'postgres', 'data', 'postmaster.pid')).split('\n')[0]);
  return pid > 0 && placeOf(String(pid)).startsWith(dataDir) ? pid : undefined;
}

function kindOf(pid: string, mark: string, dataDir: string): Process['kind'] | undefined {
  if (placeOf(pid).startsWith(dataDir)) return 'server';
  if (!read(`/proc/${pid}/environ`).includes(`${MARK}=${mark}\0`)) return undefined;
  return read(`/proc/${pid}/cmdline`).includes('worker-process.ts') ? 'worker' : 'command';
}

/** Undefined of a process that is gone, or dead and not yet reaped. */
function parentOf(pid: string): number | undefined {
  // "pid (name) state parent …"; the name may hold anything.
  const [state, parent] = read(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ');
  return parent === undefined || state === 'Z' ? undefined : Number(parent);
}

function placeOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Empty where it cannot be read: processes come and go. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
