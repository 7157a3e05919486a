import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Options, Sql } from 'postgres';
import { reach } from './reach.ts';

/** Where writers announce runs that changed. */
export const RUNS_CHANNEL = 'sae_lab_runs';

/** How long the server may take to pass a notification on. */
const PATIENCE_MS = 3_000;
/** A connection that the network dropped without a word is noticed after this time. */
const CHECK_MS = 30_000;
const LISTENS = 'select pg_listening_channels() as name';
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export interface RunWatch {
  close(): Promise<void>;
}

/**
 * Listens for runs that change, on one connection that is reopened when it breaks.
 *
 * @param onRun called with the id of a run after each transaction that changed it
 * @param onListening called when notifications begin to arrive, and when they stop: what changed in between is unknown.
 *   Behind a pooler that shares sessions, and on a standby, they never begin
 */
export function watchRuns(
  url: string,
  { onRun, onListening }: { onRun: (runId: number) => void; onListening: (listening: boolean) => void },
): RunWatch {
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  const watch = async (): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    while (!stop.signal.aborted) {
      const session = await listen(url, onRun).catch(() => undefined);
      if (session !== undefined) {
        pause = FIRST_PAUSE_MS;
        if (!stop.signal.aborted) onListening(true);
        await Promise.race([session.broken, stopped]);
        await session.close();
        if (!stop.signal.aborted) onListening(false);
      }
      await sleep(pause, undefined, { signal: stop.signal, ref: false }).catch(() => {});
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  };
  const watching = watch();
  return {
    close: () => {
      stop.abort();
      return watching;
    },
  };
}

interface Listening {
  /** Resolves once the connection is of no use. */
  readonly broken: Promise<void>;
  close(): Promise<void>;
}

/** @throws if the server refuses, or accepts but passes nothing on */
async function listen(url: string, onRun: (runId: number) => void): Promise<Listening> {
  const probe = `sae_lab_probe_${randomUUID()}`;
  const probed = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<void>();
  const onnotify = (channel: string, payload: string): void => {
    if (channel === probe) probed.resolve();
    else if (/^[1-9]\d*$/.test(payload)) onRun(Number(payload));
  };
  // The driver has this option, its types do not.
  const options: Options<{}> & { onnotify: typeof onnotify } = {
    max: 1,
    max_lifetime: null,
    onclose: () => broken.resolve(),
    onnotify,
  };
  const sql = await reach(url, options);
  const close = (): Promise<void> => sql.end({ timeout: 1 });
  try {
    await sql.unsafe(`listen "${probe}"; listen ${RUNS_CHANNEL}`);
    await notifyFromElsewhere(url, probe);
    await within(PATIENCE_MS, Promise.race([probed.promise, broken.promise.then(fail)]));
    await sql.unsafe(`unlisten "${probe}"`);
    await check(sql);
  } catch (error) {
    await close();
    throw error;
  }
  const timer = setInterval(() => {
    check(sql).catch(() => broken.resolve());
  }, CHECK_MS);
  timer.unref();
  void broken.promise.then(() => clearInterval(timer));
  return {
    broken: broken.promise,
    close: () => {
      clearInterval(timer);
      return close();
    },
  };
}

/** @throws if the connection does not answer, or does not listen any more */
async function check(sql: Sql): Promise<void> {
  const channels = await within(PATIENCE_MS, sql.unsafe<{ name: string }[]>(LISTENS));
  if (!channels.some(({ name }) => name === RUNS_CHANNEL)) fail();
}

/** Over a second connection: a pooler may give both statements of one connection to the same session by chance. */
async function notifyFromElsewhere(url: string, channel: string): Promise<void> {
  const other: Sql = await reach(url, { max: 1 });
  try {
    await other.unsafe(`notify "${channel}"`);
  } finally {
    await other.end({ timeout: 1 });
  }
}

async function within<T>(milliseconds: number, work: PromiseLike<T>): Promise<T> {
  const late = new AbortController();
  const expired = sleep(milliseconds, undefined, { signal: late.signal }).then(fail, fail);
  try {
    return await Promise.race([work, expired]);
  } finally {
    late.abort();
    expired.catch(() => {});
  }
}

function fail(): never {
  throw new Error('the connection passes nothing on');
}
