// oxlint-disable-next-line typescript/triple-slash-reference -- other packages compile this file in their own program
/// <reference path="../embedded/fs-native-extensions.d.ts" />
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';

/** A locked file that shows other processes of this machine whether the one that made it lives. */
export interface ProcessLock {
  readonly name: string;
  release(): void;
}

/** Locks a new file, until this process ends in whatever way; undefined where files cannot be locked. */
export function lockForThisProcess(): ProcessLock | undefined {
  const name = randomUUID();
  let fd: number | undefined;
  try {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    fd = openSync(fileOf(name), 'wx', 0o600);
    if (tryLock(fd)) {
      const locked = fd;
      return {
        name,
        release() {
          // A cleaner of the folder may have removed it.
          rmSync(fileOf(name), { force: true });
          closeSync(locked);
        },
      };
    }
  } catch {
    // A full disk, or a file system without locks.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}

/**
 * Whether the process that made a lock is certainly dead: its file is on this machine, and nobody locks it. The file is
 * removed then.
 */
export function isLeftBehind(name: string): boolean {
  let fd: number;
  try {
    fd = openSync(fileOf(name), 'r+');
  } catch {
    // Of another machine, another user, or another file system of a container.
    return false;
  }
  try {
    if (!tryLock(fd)) return false;
    rmSync(fileOf(name), { force: true });
    return true;
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}

const folder = (): string => join(tmpdir(), `sae-lab-claims-${userInfo().username}`);
const fileOf = (name: string): string => join(folder(), `${name}.lock`);
