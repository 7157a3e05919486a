// oxlint-disable-next-line typescript/triple-slash-reference -- other packages compile this file in their own program
/// <reference path="./fs-native-extensions.d.ts" />
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';

/** A folder of the cache that this process uses. While it lives, nobody else removes the folder. */
export interface Lease {
  readonly folder: string;
  /** Removes the folder. */
  readonly release: () => Promise<void>;
}

const LOCK = '.lock';

/** Makes a new folder below `parent`. The kernel drops the lock when this process dies, whatever the cause. */
export async function takeLease(parent: string): Promise<Lease> {
  await mkdir(parent, { recursive: true });
  for (;;) {
    const folder = join(parent, randomBytes(8).toString('hex'));
    const lockFile = `${folder}${LOCK}`;
    const lock = await open(lockFile, 'a+');
    // Another process may have taken it for one that was left behind, before it was locked.
    if (tryLocking(lock) === 'taken' || !(await isStill(lockFile, lock))) {
      await lock.close();
      continue;
    }
    await mkdir(folder);
    let isHeld = true;
    return {
      folder,
      async release() {
        if (!isHeld) return;
        isHeld = false;
        await rm(folder, { recursive: true, force: true });
        await rm(lockFile, { force: true });
        await lock.close();
      },
    };
  }
}

/** Removes the folders of processes that died. On a file system without locks they stay. */
export async function removeDeadLeases(parent: string): Promise<void> {
  const names = await readdir(parent).catch((): string[] => []);
  for (const name of names.filter((found) => found.endsWith(LOCK))) {
    const lockFile = join(parent, name);
    const lock = await open(lockFile, 'r+').catch(() => undefined);
    if (lock === undefined) continue;
    try {
      if (tryLocking(lock) !== 'locked' || !(await isStill(lockFile, lock))) continue;
      await rm(lockFile.slice(0, -LOCK.length), { recursive: true, force: true });
      await rm(lockFile, { force: true });
    } finally {
      await lock.close();
    }
  }
}

function tryLocking({ fd }: FileHandle): 'locked' | 'taken' | 'unsupported' {
  try {
    return tryLock(fd) ? 'locked' : 'taken';
  } catch {
    return 'unsupported';
  }
}

async function isStill(path: string, file: FileHandle): Promise<boolean> {
  const [atPath, opened] = await Promise.all([stat(path).catch(() => undefined), file.stat()]);
  return atPath !== undefined && atPath.ino === opened.ino && atPath.dev === opened.dev;
}
