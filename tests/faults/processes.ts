/** The processes that use a data folder, from /proc. Linux only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Marks the environment of a command and of its worker processes. The server, which outlives them, lacks it. */
export const MARK = 'SAE_LAB_FAULT_RUN';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly kind: 'command' | 'worker' | 'server';
}

/** The processes of marked commands and the servers of the data folder, without zombies. */
export function processesOf(mark: string, dataDir: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const kind = kindOf(name, mark, dataDir);
      const parent = parentOf(name);
      return kind === undefined || parent === undefined ? [] : [{ pid: Number(name), parent, kind }];
    });
}

/** The server's first process, the parent of all others. */
export function postmasterOf(dataDir: string): number | undefined {
  const pid = Number(read(join(dataDir, 'postgres', 'data', 'postmaster.pid')).split('\n')[0]);
  return pid > 0 && placeOf(String(pid)).startsWith(dataDir) ? pid : undefined;
}

function kindOf(pid: string, mark: string, dataDir: string): Process['kind'] | undefined {
  if (placeOf(pid).startsWith(dataDir)) return 'server';
  if (!read(`/proc/${pid}/environ`).includes(`${MARK}=${mark}\0`)) return undefined;
  return read(`/proc/${pid}/cmdline`).includes('worker-process.ts') ? 'worker' : 'command';
}

/** Undefined for a process that is gone or a zombie. */
function parentOf(pid: string): number | undefined {
  // "pid (name) state parent …"; the name may contain any character.
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

/** Empty if it cannot be read, e.g. because the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
