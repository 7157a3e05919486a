import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';

/** Where builds are served from, in the folder of the dashboard. Next builds into `.next`, and clears it first. */
const KEPT = '.served';
const IN_USE = 'in-use';
/** What only the next build reads. */
const NOT_SERVED = new Set(['cache', 'trace', 'trace-build', 'types', 'diagnostics']);

export interface KeptBuild {
  /** Its folder, relative to that of the dashboard. */
  readonly folder: string;
  /** Lets a later start remove it. The end of the process does the same, however it ends. */
  release(): void;
}

/**
 * Copies the build to a folder that no later build touches, and removes the copies that no process serves. A server reads
 * files of its build at any time, so it would break when a later build cleared them.
 *
 * Call it under the lock of the build: nothing else may write `.next` or the copies meanwhile.
 *
 * @param dashboard folder of the dashboard, with `.next`
 */
export function keepBuild(dashboard: string): KeptBuild {
  const built = join(dashboard, '.next');
  const kept = join(dashboard, KEPT);
  const id = readFileSync(join(built, 'BUILD_ID'), 'utf8');
  mkdirSync(kept, { recursive: true });
  for (const name of readdirSync(kept)) if (name !== id) removeUnused(join(kept, name));
  const folder = join(kept, id);
  if (!existsSync(folder)) {
    // Complete under its name, or not there.
    const part = `${folder}.part`;
    cpSync(built, part, { recursive: true, filter: (path) => !NOT_SERVED.has(path.slice(built.length + 1)) });
    renameSync(part, folder);
  }
  const lock = openSync(join(folder, IN_USE), 'a+');
  tryToLock(lock, { shared: true });
  return { folder: join(KEPT, id), release: () => closeSync(lock) };
}

function removeUnused(folder: string): void {
  const lock = openSync(join(folder, IN_USE), 'a+');
  if (tryToLock(lock)) rmSync(folder, { recursive: true });
  closeSync(lock);
}

/** Without locks on this file system, nobody knows which copies are served: they stay. */
function tryToLock(fd: number, options: { readonly shared?: boolean } = {}): boolean {
  try {
    return tryLock(fd, options);
  } catch {
    return false;
  }
}
