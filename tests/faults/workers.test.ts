import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { artifactsOf, attemptsOfRun, openDatabase, runsOfSweep, type Database } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newDataDir, startWorker, sweep, type CommandResult, type RunningCommand } from '../sweep-command.ts';
import { differences, readOutcome, type Outcome } from './outcome.ts';
import { MARK, processesOf } from './processes.ts';
import { undisturbed } from './undisturbed.ts';

const EXPERIMENT = 'longer.ts';
const FLAGS = ['--concurrency', '1', '--checkpoint-seconds', '0.2'];

/** A worker counts as dead after 15 s. */
const TAKEOVER = { timeout: 120_000, interval: 1000 };

let reference: Outcome;
let dataDir: string;
let mark: string;

beforeAll(async () => {
  reference = await undisturbed(EXPERIMENT);
});
beforeEach(async () => {
  dataDir = await newDataDir();
  mark = randomUUID();
  const { code, stdout } = await sweep(EXPERIMENT, dataDir, ['--detach', '--json']);
  if (code !== 0) throw new Error(`the sweep was not put into the queue: ${stdout}`);
});
afterEach(() => removeDataDir(dataDir));

function newWorker(flags: readonly string[] = FLAGS): RunningCommand {
  return startWorker(dataDir, flags, { [MARK]: mark });
}

/** The training process of a worker. */
function childOf({ process: { pid } }: RunningCommand): number {
  const children = processesOf(mark, dataDir).filter(({ parent }) => parent === pid);
  expect(children).toHaveLength(1);
  return children[0]!.pid;
}

async function withDatabase<T>(ask: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ dataDir, url: '' });
  try {
    return await ask(database);
  } finally {
    await database.close();
  }
}

/** Why the attempts at each run ended, by run. */
function reasons(): Promise<(string | null)[][]> {
  return withDatabase(async ({ db }) => {
    const runs = await runsOfSweep(db, 1);
    const attempts = await Promise.all(runs.map(({ id }) => attemptsOfRun(db, id)));
    return attempts.map((ofRun) => ofRun.map(({ reason }) => reason));
  });
}

async function expectUndisturbed(last: CommandResult): Promise<void> {
  expect([last.code, last.stderr]).toEqual([0, expect.any(String)]);
  expect(differences(await readOutcome(dataDir), reference)).toEqual([]);
}

describe.skipIf(process.platform !== 'linux')('a worker (needs /proc)', { timeout: 300_000 }, () => {
  it('that is killed, loses its training process or is terminated leaves its run to others', async () => {
    const killed = newWorker();
    await killed.shown('step ');
    killed.process.kill('SIGKILL');
    await killed.ended;

    const bereft = newWorker();
    await bereft.shown('step ');
    process.kill(childOf(bereft), 'SIGKILL');
    await bereft.shown('handed back (out-of-memory)');
    bereft.process.kill('SIGTERM');
    expect((await bereft.ended).code).toBe(143);

    const preempted = newWorker();
    await preempted.shown('step ');
    preempted.process.kill('SIGUSR1');
    const { code, events } = await preempted.ended;
    expect(code).toBe(143);
    expect(events().at(-1)).toMatchObject({ type: 'worker.ended', handedBack: 1 });

    await expectUndisturbed(await newWorker().ended);
    const all = (await reasons()).flat();
    expect(new Set(all)).toEqual(new Set(['lost', 'out-of-memory', 'preempted', 'finished']));
    expect(all.filter((reason) => reason === 'finished')).toHaveLength(2);
  });

  it('that is suspended for too long writes nothing when it wakes up', async () => {
    const zombie = newWorker();
    await zombie.shown('step ');
    const pids = [zombie.process.pid!, childOf(zombie)];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const other = newWorker();
    // It trains the free run first, and waits for that of the zombie.
    await vi.waitFor(async () => expect(await reasons()).toContainEqual(['lost', null]), TAKEOVER);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    await expectUndisturbed(await other.ended);
    const { code, stderr } = await zombie.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('error run.taken-over')]);
    expect(await reasons()).toContainEqual(['lost', 'finished']);
    expect(differences(await readOutcome(dataDir), reference)).toEqual([]);
  });

  it('with a separate data folder takes part', async () => {
    const url = await withDatabase(async (database) => database.url);
    const elsewhere = await newDataDir();
    try {
      const results = await Promise.all(
        [dataDir, elsewhere].map(
          (folder) => startWorker(folder, FLAGS, { [MARK]: mark, DATABASE_URL: url }).ended,
        ),
      );
      expect(results.map(({ code }) => code)).toEqual([0, 0]);
      const trained = results.map((result) => result.events().at(-1)?.['finished'] as number);
      expect(trained.reduce((sum, count) => sum + count, 0)).toBe(2);
      expect(await reasons()).toEqual([['finished'], ['finished']]);
      // The files are in either folder. Their checksums are those of an undisturbed sweep.
      const weights = await withDatabase(async ({ db }) => {
        const runs = await runsOfSweep(db, 1);
        return Promise.all(
          runs.map(async ({ id }) => (await artifactsOf(db, id)).map(({ sha256 }) => sha256)),
        );
      });
      const expected = [...reference.runs.values()].map(({ artifacts }) =>
        (artifacts as { sha256: string }[]).map(({ sha256 }) => sha256),
      );
      expect(weights).toEqual(expected);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });
});
