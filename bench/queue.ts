/**
 * How many runs do workers claim per second, and is any run claimed twice or lost?
 *
 *     pnpm bench:queue [--workers 50] [--runs 10000] [--training] [--json]
 *
 * Prints a JSON line: `{"bench":"queue","workers","runs","doubleClaims","lost","claimsPerSecond","overheadSecondsPerRun", …}`.
 * The runs train nothing. Each goes the whole way of a run of `pnpm worker`: invitation, claim, start, progress, result, end.
 * The workers are divided among processes, one per core.
 *
 * With `--training`, `pnpm sweep` trains 1,000 runs of 20 steps instead: what does a run cost beyond its training?
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, EXIT, runMain } from '@sae-lab/command-line';
import { enqueueRuns, openDatabase, runsOfSweep, upsertSweep, type Database, type NewRun } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { openJobQueue, type TrainInvitation } from '@sae-lab/sweep/queue';
import { queueCommand } from './commands.ts';
import type { StubClaims } from './queue/stub-workers.ts';
import { trainingCase } from './queue/training-case.ts';
import { round } from './training/timing.ts';

const STUBS = fileURLToPath(new URL('queue/stub-workers.ts', import.meta.url));
/** Runs of the worker that is alone: its time per run is the overhead. */
const ALONE = 200;

interface Measured {
  readonly doubleClaims: number;
  readonly lost: number;
  readonly seconds: number;
  /** Transactions of the database meanwhile. */
  readonly transactions: number;
}

await runMain(queueCommand, async ({ options: { workers, runs, training } }) => {
  if (training) {
    console.log(JSON.stringify(await trainingCase()));
    return EXIT.done;
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'sae-lab-bench-'));
  await chmod(dataDir, 0o755);
  const database = await openDatabase({ dataDir, url: environment('DATABASE_URL') });
  try {
    const alone = await measure(database, 1, Math.min(ALONE, runs));
    const many = await measure(database, workers, runs);
    const line = {
      bench: 'queue',
      workers,
      runs,
      doubleClaims: many.doubleClaims + alone.doubleClaims,
      lost: many.lost + alone.lost,
      claimsPerSecond: round(runs / many.seconds),
      overheadSecondsPerRun: round(alone.seconds / Math.min(ALONE, runs)),
      transactionsPerRun: round(many.transactions / runs),
    };
    console.log(JSON.stringify(line));
    return line.doubleClaims + line.lost > 0 ? EXIT.failed : EXIT.done;
  } finally {
    await database.close();
    await removeDataDir(dataDir);
  }
});

/** Lets workers do runs, all of which wait in the queue when they start. */
async function measure(database: Database, workers: number, runs: number): Promise<Measured> {
  const sweepId = await enqueue(database, runs);
  const processes = Math.min(workers, 2 * availableParallelism());
  const children = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      ready(database, Math.floor((workers + index) / processes)),
    ),
  );
  const before = await transactionsOf(database);
  const start = performance.now();
  const claims = await Promise.all(children.map(claimsOf));
  const seconds = (performance.now() - start) / 1000;
  const transactions = (await transactionsOf(database)) - before;
  const claimed = claims.flatMap(({ runIds }) => runIds);
  const stored = await runsOfSweep(database.db, sweepId);
  const again = stored.filter(({ attempt }) => attempt > 1).length;
  const refused = claims.reduce((sum, one) => sum + one.refused, 0);
  return {
    doubleClaims: claimed.length - new Set(claimed).size + again + refused,
    lost: stored.filter(({ status }) => status !== 'finished').length,
    seconds,
    transactions,
  };
}

async function enqueue(database: Database, runs: number): Promise<number> {
  const { db } = database;
  const definitionHash = `bench-${process.pid}-${performance.now()}`;
  const { id: sweepId } = await upsertSweep(
    db,
    { name: 'bench', definitionHash, definition: {}, file: '', source: '' },
    'queued',
  );
  const rows = Array.from({ length: runs }, (_, seed) => newRun(`${definitionHash}-${seed}`, seed));
  const stored = await enqueueRuns(db, sweepId, rows);
  const queue = await openJobQueue(database, { supervise: false });
  await queue.invite(
    'train.cpu',
    stored.map(({ id: runId, runHash }) => ({
      key: runHash,
      data: {
        sweepId,
        commit: null,
        projectRoot: '/',
        variantPackage: { name: 'stub', version: '0' },
        label: { runId, runHash, variant: 'stub', coefficient: 'k=1', hook: 'h', width: 1, seed: 0 },
      } satisfies TrainInvitation,
    })),
  );
  await queue.close();
  return sweepId;
}

function newRun(runHash: string, seed: number): NewRun {
  return {
    runHash,
    variant: 'stub',
    mathVersion: 1,
    hyper: { k: 1 },
    hook: 'h',
    width: 1,
    seed,
    activationsId: 'a',
    config: { seed },
    lossConvention: 'none',
  };
}

/** A process whose workers wait for the start. */
async function ready({ url }: Database, workers: number): Promise<ChildProcess> {
  const child = fork(STUBS, [url, String(workers)]);
  await once(child, 'message');
  return child;
}

async function claimsOf(child: ChildProcess): Promise<StubClaims> {
  child.send('start');
  const [claims] = (await once(child, 'message')) as [StubClaims];
  return claims;
}

async function transactionsOf({ sql }: Database): Promise<number> {
  const [row] =
    await sql`select xact_commit::int as count from pg_stat_database where datname = current_database()`;
  return row!['count'] as number;
}
