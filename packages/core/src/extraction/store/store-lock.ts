import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../files/is-alive.ts';
import { kindOf, setAside } from '../../files/set-aside.ts';
import { asWriteError } from '../../files/write-atomic.ts';

export interface StoreLock {
  release(): Promise<void>;
}

const POLL_MS = 200;
const HEARTBEAT_MS = 5_000;
/** A holder on another machine that has not been heard of for this long is taken for dead. */
const STALE_MS = 60_000;
/** What takes a moment only, and has not happened after so long, will not: its process was killed. */
const MOMENT_MS = 5_000;

/** Waits until no other process holds the file. A holder that died is not waited for. */
export async function acquireLock(path: string, signal?: AbortSignal): Promise<StoreLock> {
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path)) return hold(path);
    if ((await isStale(path)) && (await removeStale(path))) continue;
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify({ host: hostname(), pid: process.pid }));
    } catch (error) {
      // A full disk: without a name it would be waited for.
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw asWriteError(error, path);
  }
}

function hold(path: string): StoreLock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {}); // missed beats only make the lock look older
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      await rm(path, { force: true });
    },
  };
}

async function isStale(path: string): Promise<boolean> {
  try {
    const kind = await kindOf(path);
    if (kind !== undefined && kind !== 'file') return true;
    const age = await ageOf(path);
    if (age > STALE_MS) return true;
    const text = await readFile(path, 'utf8');
    // Its holder was killed before it had written its name, or is about to.
    if (text === '') return age > MOMENT_MS;
    const holder = JSON.parse(text) as { host: string; pid: number };
    return holder.host === hostname() && !isAlive(holder.pid);
  } catch {
    return false; // released: look again
  }
}

/**
 * Removes a lock whose holder is dead. Of several that find it, one has the guard at a time, and looks again: without,
 * the second would remove the new lock of the first.
 *
 * @returns false if another one is about to
 */
async function removeStale(path: string): Promise<boolean> {
  const guard = `${path}.takeover`;
  const guarding = await create(guard);
  if (guarding && (await isStale(path))) await remove(path);
  if (guarding || (await ageOf(guard).catch(() => 0)) > MOMENT_MS) await remove(guard);
  return guarding;
}

/** Removes a lock; what is none, a folder for example, is someone's and set aside. */
async function remove(path: string): Promise<void> {
  const kind = await kindOf(path);
  if (kind === undefined || kind === 'file') await rm(path, { force: true });
  else await setAside(path);
}

async function ageOf(path: string): Promise<number> {
  return Date.now() - (await stat(path)).mtimeMs;
}
