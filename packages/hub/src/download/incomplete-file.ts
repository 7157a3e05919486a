// oxlint-disable-next-line typescript/triple-slash-reference -- other packages compile this file in their own program
/// <reference path="./fs-native-extensions.d.ts" />
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';

/** The part of a file that has been downloaded so far, kept for this process by a lock. */
export interface IncompleteFile {
  /** Open for appending. */
  readonly handle: FileHandle;
  /** Gives the file its final name. */
  finish(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
  /** Lets another process go on with it. Does nothing once it is finished or discarded. */
  release(): Promise<void>;
}

/** Milliseconds between two looks at a lock that another process has. */
const LOCK_POLL = 200;

/**
 * Opens what an earlier download left of a blob. Waits while another process downloads the same one.
 *
 * The kernel gives the lock back when a process dies, so a killed download is resumed by the next one. The Python
 * library keeps its own unique file for each download, so the two never write to the same one.
 *
 * @param isDone whether another process has finished the blob
 * @returns undefined when it has
 * @throws the operating system's error; the signal's reason when it is aborted
 */
export async function openIncomplete(
  blob: string,
  isDone: () => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<IncompleteFile | undefined> {
  const path = `${blob}.sae-lab.incomplete`;
  await mkdir(dirname(blob), { recursive: true });
  for (;;) {
    signal?.throwIfAborted();
    if (await isDone()) return undefined;
    const handle = await open(path, 'a+');
    const locked = lock(handle.fd);
    if (locked === 'unsupported') {
      await handle.close();
      return openUnlocked(blob);
    }
    if (locked && (await isStill(path, handle))) {
      const file = incompleteFile(path, blob, handle);
      // It may have been finished between the first look and the lock.
      if (!(await isDone())) return file;
      await file.discard();
      return undefined;
    }
    await handle.close();
    if (!locked) await sleep(LOCK_POLL, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

function lock(fd: number): boolean | 'unsupported' {
  try {
    return tryLock(fd);
  } catch {
    return 'unsupported';
  }
}

/** Whether the path still leads to the open file: another process may have renamed or removed it before the lock. */
async function isStill(path: string, handle: FileHandle): Promise<boolean> {
  const [atPath, opened] = await Promise.all([stat(path).catch(() => undefined), handle.stat()]);
  return atPath !== undefined && atPath.ino === opened.ino && atPath.dev === opened.dev;
}

/** On a file system without locks: a file that nobody else uses, and nobody resumes. */
async function openUnlocked(blob: string): Promise<IncompleteFile> {
  const path = `${blob}.${randomUUID().slice(0, 8)}.incomplete`;
  const file = incompleteFile(path, blob, await open(path, 'a+'));
  return { ...file, release: () => file.discard() };
}

function incompleteFile(path: string, blob: string, handle: FileHandle): IncompleteFile {
  let open = true;
  /** The path is settled before the lock is given back, so that nobody else finds it in between. */
  const close = async (settle: () => Promise<void>): Promise<void> => {
    if (!open) return;
    open = false;
    try {
      await settle();
    } finally {
      await handle.close();
    }
  };
  return {
    handle,
    finish: () =>
      close(async () => {
        await handle.sync();
        await rename(path, blob);
      }),
    discard: () => close(() => rm(path, { force: true })),
    release: () => close(() => Promise.resolve()),
  };
}
