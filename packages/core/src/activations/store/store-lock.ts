import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, thisProcess, type ProcessName } from '../../files/is-alive.ts';
import { kindOf, setAside } from '../../files/set-aside.ts';
import { asWriteError } from '../../files/write-atomic.ts';

export interface StoreLock {
  release(): Promise<void>;
}

const POLL_MS = 200;
const HEARTBEAT_MS = 5_000;
/** A holder on another machine or in another container counts as dead after this time without a heartbeat. */
const STALE_MS = 60_000;
/** A momentary step that takes longer than this was interrupted: its process was killed. */
const MOMENT_MS = 5_000;

/** Waits until no other living process holds the lock file, and takes it. */
export async function acquireLock(path: string, signal?: AbortSignal): Promise<StoreLock> {
  for (;;) {
    signal?.throwIfAborted();
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** Takes the lock file; undefined if a living process holds it, this one included. */
export async function tryLock(path: string): Promise<StoreLock | undefined> {
  if (await create(path)) return hold(path);
  const isFree = (await isStale(path)) && (await removeStale(path));
  return isFree && (await create(path)) ? hold(path) : undefined;
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(thisProcess()));
    } catch (error) {
      // The disk is full. Without a name in it, others would wait for this lock.
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
    utimes(path, now, now).catch(() => {}); // a missed heartbeat only makes the lock look older
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      // Another process may have taken the lock over after missed heartbeats.
      if (await isOwn(path)) await rm(path, { force: true });
    },
  };
}

async function isOwn(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text === JSON.stringify(thisProcess());
}

async function isStale(path: string): Promise<boolean> {
  try {
    const kind = await kindOf(path);
    if (kind !== undefined && kind !== 'file') return true;
    const age = await ageOf(path);
    const text = await readFile(path, 'utf8');
    // The holder is about to write its name, or was killed before it could.
    if (text === '') return age > MOMENT_MS;
    const holder = holderIn(text);
    const alive = isAlive(holder);
    // A living holder may be suspended. Without a start time, the number may have been reused.
    if (alive === true && holder.started !== '') return false;
    return alive === false || age > STALE_MS;
  } catch {
    return false; // released meanwhile
  }
}

/** The holder that a lock names. Invalid text gives a holder without a host, so that the age decides. */
function holderIn(text: string): ProcessName {
  const nobody = { host: '', pid: 0, started: '' };
  try {
    return { ...nobody, ...(JSON.parse(text) as Partial<ProcessName>) };
  } catch {
    return nobody;
  }
}

/**
 * Removes a lock whose holder is dead. Of several processes that find it, one at a time gets the guard and checks again:
 * otherwise the second would remove the first one's new lock.
 *
 * @returns false if another process is removing it
 */
async function removeStale(path: string): Promise<boolean> {
  const guard = `${path}.takeover`;
  const guarding = await create(guard);
  if (guarding && (await isStale(path))) await remove(path);
  if (guarding || (await ageOf(guard).catch(() => 0)) > MOMENT_MS) await remove(guard);
  return guarding;
}

/** Removes a lock file. Sets anything else at its path aside, e.g. a folder. */
async function remove(path: string): Promise<void> {
  const kind = await kindOf(path);
  if (kind === undefined || kind === 'file') await rm(path, { force: true });
  else await setAside(path);
}

async function ageOf(path: string): Promise<number> {
  return Date.now() - (await stat(path)).mtimeMs;
}
