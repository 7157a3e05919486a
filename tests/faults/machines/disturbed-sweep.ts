/** One sweep on three machines, to which faults happen until it is over. */
import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sweepById, type Database } from '@sae-lab/db';
import { newDataDir, startSweep, type CommandResult } from '../../sweep-command.ts';
import { rm } from 'node:fs/promises';
import { differences, readResults, type Outcome } from '../outcome.ts';
import { Cluster } from './cluster.ts';
import type { Fault } from './plan.ts';
import type { StoreKind } from './servers.ts';

export const EXPERIMENT = 'machines.ts';

export interface DisturbedSweep {
  readonly store: StoreKind;
  readonly faults: readonly (Fault & { readonly atMs: number })[];
  readonly runs: number;
  /** Runs that are missing or not finished. */
  readonly lost: number;
  /** Runs that were finished more than once. */
  readonly doubled: number;
  /** Runs whose result is not that of the undisturbed sweep. */
  readonly differ: number;
  /** Runs that were lost so often that somebody had to start them again. */
  readonly givenUp: number;
  /** How the workers ended: exit codes with codes of errors, and how often. */
  readonly ends: Readonly<Record<string, number>>;
  /** What is wrong, in words; empty if the sweep survived. */
  readonly violations: readonly string[];
  readonly seconds: number;
}

/** Longer than any takeover or wait for a server takes here. */
const HANGS_MS = 240_000;
/** After these, a run fails with its last error. */
const MOST_RETRIES = 5;
const POLL_MS = 300;

/**
 * @param most largest number of faults; a sweep that is over sooner has fewer
 * @param reference the outcome of an undisturbed sweep on one machine
 * @param stop ends the faults
 */
export async function disturbSweep(
  plan: Iterator<Fault, never>,
  most: number,
  { store, reference, stop }: { store: StoreKind; reference: Outcome; stop: AbortSignal | undefined },
): Promise<DisturbedSweep> {
  const start = performance.now();
  const cluster = await Cluster.start(store);
  try {
    await enqueue(cluster);
    cluster.startMachines();
    const faults: (Fault & { atMs: number })[] = [];
    const watch = watchSweep(cluster);
    while (faults.length < most) {
      const fault = plan.next().value;
      await sleep(fault.afterMs, undefined, { signal: stop }).catch(() => {});
      if (watch.isOver || stop?.aborted === true) break;
      await cluster.inject(fault);
      faults.push({ ...fault, atMs: Math.round(performance.now() - start) });
    }
    await cluster.mended();
    const violations: string[] = [];
    const hangs = async (what: string): Promise<void> =>
      void violations.push(`${what}\n${await cluster.explain()}`);
    if (!(await watch.over(HANGS_MS))) await hangs('the sweep does not end');
    else if (!(await endsWithin(cluster.retire(), HANGS_MS))) await hangs('a worker does not end');
    else violations.push(...cluster.processes().map((left) => `${left} was left behind`));
    violations.push(...cluster.ended.flatMap(misbehaviour));
    const counts = await judge(cluster, reference, violations);
    return {
      store,
      faults,
      ...counts,
      givenUp: watch.givenUp,
      ends: countsOf(cluster.ended.map(endOf)),
      violations,
      seconds: Math.round((performance.now() - start) / 100) / 10,
    };
  } finally {
    await cluster.remove();
  }
}

async function enqueue({ env, network }: Cluster): Promise<void> {
  const dataDir = await newDataDir();
  const { code, stderr } = await startSweep(EXPERIMENT, dataDir, ['--detach'], env, network.inHub).ended;
  await rm(dataDir, { recursive: true });
  if (code !== 0) throw new Error(`the sweep was not put into the queue:\n${stderr}`);
}

/** Looks at the sweep until it is over, and starts runs again that were given up. */
function watchSweep(cluster: Cluster) {
  const state = { isOver: false, givenUp: 0, isNeeded: true };
  const isOpen = (): boolean => state.isNeeded && !state.isOver;
  const look = async (): Promise<void> => {
    const database = await cluster.database.open();
    try {
      for (; isOpen(); await sleep(POLL_MS)) {
        const status = (await sweepById(database.db, 1))?.status;
        if (status !== 'failed') {
          state.isOver = status === 'finished';
          continue;
        }
        const [found] = await database.sql`
          select count(*)::int as runs, count(*) filter (where ${MOST_RETRIES} <= (
            select count(*) from run_attempts where run_id = runs.id and reason in ('lost', 'disk', 'out-of-memory')
          ))::int as "givenUp"
          from runs where status = 'failed'`;
        state.isOver = found!['runs'] > found!['givenUp'];
        if (state.isOver) return;
        state.givenUp += found!['givenUp'] as number;
        await enqueue(cluster);
      }
    } finally {
      await database.close();
    }
  };
  const watch = async (): Promise<void> => {
    // The database may be away.
    while (isOpen()) await look().catch(() => sleep(POLL_MS));
  };
  const watching = watch();
  return {
    get isOver() {
      return state.isOver;
    },
    get givenUp() {
      return state.givenUp;
    },
    async over(withinMs: number): Promise<boolean> {
      await endsWithin(watching, withinMs);
      state.isNeeded = false;
      await watching;
      return state.isOver;
    },
  };
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const enough = new AbortController();
  const ended = await Promise.race([
    work.then(() => true),
    sleep(ms, false, { signal: enough.signal }).catch(() => false),
  ]);
  enough.abort();
  return ended;
}

function endOf({ code, stderr }: CommandResult): string {
  return [code ?? 'killed', ...stderr.matchAll(/(?<=^error )\S+/gm)].join(' ');
}

export function countsOf(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]),
  );
}

/** Errors that may end a worker while machines, network and servers fail. Any other one is a bug. */
const EXPECTED = new RegExp(
  `^error (${[
    String.raw`db\.(connection-lost|unreachable|stale-attempt)`,
    String.raw`store\.(unreachable|not-mounted|cache-full)`,
    String.raw`files\.disk-full`,
    String.raw`activations\.no-space`,
    String.raw`run\.(taken-over|finished-elsewhere|stopped)`,
  ].join('|')})$`,
  'm',
);

function misbehaviour({ code, stderr }: CommandResult): string[] {
  if (/^ +at /m.test(stderr)) return [`a worker ended with an error that nobody expected:\n${stderr}`];
  const isKilled = code === null;
  if (isKilled || code === 0 || code === 143) return [];
  return EXPECTED.test(stderr) ? [] : [`a worker ended with ${code}:\n${stderr}`];
}

async function judge({ database: server, store }: Cluster, reference: Outcome, violations: string[]) {
  const database = await server.open();
  try {
    const outcome = await readResults(database, (runHash) => weightsIn(store.files, runHash));
    // Of a sweep that does not end, everything differs.
    if (violations.length === 0) violations.push(...differences(outcome, { ...reference, files: [] }));
    const isFinished = (parts: Record<string, unknown> | undefined): boolean =>
      (parts?.['state'] as { status?: string } | undefined)?.status === 'finished';
    const lost = [...reference.runs.keys()].filter((runHash) => !isFinished(outcome.runs.get(runHash)));
    const differ = [...reference.runs].filter(([runHash, parts]) => {
      const found = outcome.runs.get(runHash);
      return isFinished(found) && differences(only(runHash, found!), only(runHash, parts)).length > 0;
    });
    const doubled = await doubledRuns(database);
    violations.push(...doubled.map((runHash) => `run ${runHash} was finished more than once`));
    return {
      runs: reference.runs.size,
      lost: lost.length,
      doubled: doubled.length,
      differ: differ.length,
    };
  } finally {
    await database.close();
  }
}

function only(runHash: string, parts: Record<string, unknown>): Outcome {
  return { status: undefined, runs: new Map([[runHash, parts]]), files: [], unfinished: 0 };
}

async function doubledRuns({ sql }: Database): Promise<string[]> {
  const rows = await sql`
    select hash from runs join run_attempts on run_id = runs.id where reason = 'finished'
    group by hash having count(*) > 1`;
  return rows.map((row) => row['hash'] as string);
}

/** The weights of a finished run in the store, of its latest attempt. */
function weightsIn(files: string, runHash: string): string {
  const ofRun = join(files, 'runs', runHash);
  const attempts = existsSync(ofRun) ? readdirSync(ofRun).toSorted().toReversed() : [];
  const saes = attempts.map((attempt) => join(ofRun, attempt, 'sae'));
  return join(
    saes.find((folder) => existsSync(join(folder, 'set.json'))) ?? ofRun,
    'sae_weights.safetensors',
  );
}
