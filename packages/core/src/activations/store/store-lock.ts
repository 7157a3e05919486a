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
/** A holder on another machine, or in another container, that has not been heard of for this long is taken for dead. */
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
      await file.writeFile(JSON.stringify(thisProcess()));
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
      // Not that of another, who took it from a process that had not been heard of.
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
    // Its holder was killed before it had written its name, or is about to.
    if (text === '') return age > MOMENT_MS;
    const holder = holderIn(text);
    const alive = isAlive(holder);
    // One that is known to live may be suspended. A number alone may be another process's by now.
    if (alive === true && holder.started !== '') return false;
    return alive === false || age > STALE_MS;
  } catch {
    return false; // released: look again
  }
}

/** Of no host where the text is no holder's: then the age decides. */
function holderIn(text: string): ProcessName {
  const nobody = { host: '', pid: 0, started: '' };
  try {
    return { ...nobody, ...(JSON.parse(text) as Partial<ProcessName>) };
  } catch {
    return nobody;
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
