// oxlint-disable-next-line typescript/triple-slash-reference -- other packages compile this file in their own program
/// <reference path="./fs-native-extensions.d.ts" />
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';

/** A partly downloaded file, locked by this process. */
export interface IncompleteFile {
  /** Open for appending. */
  readonly handle: FileHandle;
  /** Renames the file to its final name. */
  finish(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
  /** Unlocks the file for other processes. Does nothing after `finish` or `discard`. */
  release(): Promise<void>;
}

/** Milliseconds between attempts to take a lock that another process holds. */
const LOCK_POLL = 200;

/**
 * Opens the partial download of a blob. Waits while another process is downloading the same blob.
 *
 * The kernel releases the lock when a process dies, so the next process resumes a killed download. The Python library
 * writes to a unique file per download, so it never writes to this one.
 *
 * @param isDone whether another process has finished the blob
 * @returns undefined if another process has finished it
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
      // Another process may have finished it between the first check and the lock.
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

/** Whether the path still names the open file. Another process may have renamed or removed it before the lock. */
async function isStill(path: string, handle: FileHandle): Promise<boolean> {
  const [atPath, opened] = await Promise.all([stat(path).catch(() => undefined), handle.stat()]);
  return atPath !== undefined && atPath.ino === opened.ino && atPath.dev === opened.dev;
}

/** For file systems without locks: a unique file, which cannot be resumed. */
async function openUnlocked(blob: string): Promise<IncompleteFile> {
  const path = `${blob}.${randomUUID().slice(0, 8)}.incomplete`;
  const file = incompleteFile(path, blob, await open(path, 'a+'));
  return { ...file, release: () => file.discard() };
}

function incompleteFile(path: string, blob: string, handle: FileHandle): IncompleteFile {
  let isOpen = true;
  /** Renames or removes the file before releasing the lock, so no other process sees it in between. */
  const close = async (settle: () => Promise<void>): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
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
