import type { Db } from '@sae-lab/db';
import {
  activationsById,
  featuresOf,
  probingOf,
  type ProbingEvaluation,
  type Run,
} from '@sae-lab/db/reading';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { findRuns } from '../find-runs.ts';

/** A finished run whose latents were described. */
export interface DescribedRun {
  readonly run: Run;
  /** Undefined where the operand names a run. */
  readonly sweep: string | undefined;
  readonly evaluation: NonNullable<Awaited<ReturnType<typeof featuresOf>>>;
  /** The evaluation that scored its latents as probes, if there is one. */
  readonly probing: ProbingEvaluation | undefined;
  /** The activations that it was trained on, if the database has them. */
  readonly activations: Awaited<ReturnType<typeof activationsById>>;
}

/**
 * Finds the run to export.
 *
 * @param name of a sweep, or the first digits of a run's hash
 * @param which the number or the first digits of the hash of a run of the sweep; not needed if it has one finished run
 * @throws {SaeLabError} `share.unknown-run`, `share.ambiguous-run`, `share.not-finished`, `share.no-features`
 */
export async function findDescribedRun(
  db: Db,
  name: string,
  which: string | undefined,
): Promise<DescribedRun> {
  const { sweep, runs } = await findRuns(db, name);
  const run = only(runs, which, name);
  const evaluation = await featuresOf(db, { runId: run.id });
  if (evaluation === undefined) {
    throw new SaeLabError('share.no-features', {
      problem: 'its latents were never described',
      field: `run ${run.runHash}`,
      expected: 'a run with the evaluation `features`',
      fix: `Run \`pnpm evaluate ${sweep ?? run.runHash.slice(0, 8)} --only features\`.`,
    });
  }
  const [probing, activations] = await Promise.all([
    probingOf(db, { runId: run.id }),
    activationsById(db, run.activationsId),
  ]);
  return { run, sweep, evaluation, probing, activations };
}

function only(runs: readonly Run[], which: string | undefined, name: string): Run {
  // A number can be the start of a hash, too. The number counts.
  const byNumber = runs.filter(({ id }) => String(id) === which);
  const byHash = runs.filter(({ runHash }) => which === undefined || isStart(which, runHash));
  const [first, ...others] = byNumber.length > 0 ? byNumber : byHash;
  if (first !== undefined && others.length === 0) return first;
  const hashes = runs.map(({ runHash }) => runHash.slice(0, 8));
  throw new SaeLabError(first === undefined ? 'share.unknown-run' : 'share.ambiguous-run', {
    problem:
      first === undefined ? `${name} has no finished run of this name` : 'the name stands for several runs',
    field: '--run',
    expected: expectedName(which ?? '', hashes),
    received: which ?? `nothing, and ${name} has ${runs.length} finished runs`,
    fix: 'Give the first digits of one hash.',
  });
}

function isStart(digits: string, hash: string): boolean {
  return digits.length >= 4 && hash.startsWith(digits.toLowerCase());
}
