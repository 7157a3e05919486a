import { SaeLabError, expectedName } from '@sae-lab/errors';
import type { Db } from '@sae-lab/db';
import { listSweeps, runById, runsByHashPrefix, runsOfSweep, type Run } from '@sae-lab/db/reading';

/** Fewer digits could be the name of a sweep. */
const HASH = /^[0-9a-f]{4,64}$/i;
const SHORT_HASH = /^[0-9a-f]{1,3}$/i;
const SHOWN = 3;

/** The runs that a name stands for. */
export interface FoundRuns {
  /** Set if the name is that of a sweep. */
  readonly sweep?: string;
  readonly runs: readonly Run[];
}

/**
 * Finds a run by the first digits of its hash, or the runs of the sweep of this name that was started last.
 *
 * @throws {SaeLabError} `share.unknown-run`, `share.ambiguous-run`, `share.not-finished`
 */
export async function findRuns(db: Db, name: string): Promise<FoundRuns> {
  const found = HASH.test(name) ? await runsByHashPrefix(db, name.toLowerCase(), SHOWN) : [];
  if (found.length > 1)
    throw ambiguous(
      name,
      found.map(({ runHash }) => runHash),
    );
  if (found.length === 1) {
    const run = (await runById(db, found[0]!.id))!;
    if (run.status !== 'finished') throw notFinished(`run ${run.runHash}`, run.status);
    return { runs: [run] };
  }
  const sweeps = await listSweeps(db);
  const sweep = sweeps.find((candidate) => candidate.name === name);
  if (sweep === undefined) throw unknown(name, [...new Set(sweeps.map((candidate) => candidate.name))]);
  const all = await runsOfSweep(db, sweep.id);
  const finished = all.filter(({ status }) => status === 'finished');
  if (finished.length === 0) throw notFinished(`sweep ${name}`, `${all.length} runs, none of them finished`);
  return { sweep: name, runs: finished };
}

/**
 * Finds a single run.
 *
 * @throws {SaeLabError} as `findRuns`
 */
export async function findRun(db: Db, name: string): Promise<Run> {
  const { runs } = await findRuns(db, name);
  if (runs.length === 1) return runs[0]!;
  throw ambiguous(
    name,
    runs.map(({ runHash }) => runHash),
  );
}

function ambiguous(name: string, hashes: readonly string[]): SaeLabError {
  return new SaeLabError('share.ambiguous-run', {
    problem: 'the name stands for several runs',
    field: 'run',
    received: name,
    expected: `one run, e.g. ${hashes.slice(0, SHOWN).join(', ')}`,
    fix: 'Give the first digits of one hash.',
  });
}

function unknown(name: string, sweeps: readonly string[]): SaeLabError {
  return new SaeLabError('share.unknown-run', {
    problem: SHORT_HASH.test(name)
      ? "is not a sweep, and too short for the first digits of a run's hash"
      : 'the database has no run or sweep of this name',
    field: 'run',
    expected: `at least the first 4 digits of a run's hash, or the name of a sweep: ${expectedName(name, sweeps)}`,
    received: name,
    fix: 'Copy the name from `pnpm dashboard`, and give the same --data as `pnpm sweep`.',
  });
}

function notFinished(what: string, received: string): SaeLabError {
  return new SaeLabError('share.not-finished', {
    problem: 'it has not finished, so it has no SAE',
    field: what,
    expected: 'a finished run',
    received,
    fix: 'Train it with `pnpm sweep`.',
  });
}
