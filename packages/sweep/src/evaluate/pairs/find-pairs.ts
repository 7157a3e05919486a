import type { Db } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { evaluatedTarget, type EvaluatedTarget, type TargetOptions } from '../target/evaluated-target.ts';
import { filesOn } from '../target/files-target.ts';
import { findTarget, type Target } from '../target/find-target.ts';
import { pairsWith, seedPairs, type PairToMatch } from './pairs-to-match.ts';

/** Which SAEs to match with each other. */
interface Wanted {
  /** Runs that differ only in their seed. */
  readonly seeds: boolean;
  /** Each SAE with this one. */
  readonly with: string | undefined;
  /** Evaluations that were asked for by name. */
  readonly only: readonly string[] | undefined;
}

/**
 * The pairs that `--seeds` and `--with` ask for; undefined without them.
 *
 * @throws {SaeLabError} `cli.usage`, `evaluation.no-target`, `evaluation.no-data`, `sae.*`, `hub.*`
 */
export async function findPairs(
  db: Db,
  wanted: Wanted & { readonly target: string },
  { found, target }: { readonly found: Target; readonly target: EvaluatedTarget },
  options: TargetOptions,
): Promise<PairToMatch[] | undefined> {
  if (!wanted.seeds && wanted.with === undefined) return undefined;
  const option = wanted.seeds ? '--seeds' : '--with';
  if (wanted.only !== undefined) {
    throw unusable(option, 'matches SAEs instead of evaluating them', '--only', 'Leave one of them out.');
  }
  const pairs: PairToMatch[] = [];
  if (wanted.seeds) {
    if (found.kind !== 'sweep') {
      const fix = 'Name the sweep, or the other SAE: --with.';
      throw unusable(option, 'matches the runs of a sweep', wanted.target, fix);
    }
    pairs.push(...(await seedPairs(db, found.sweep.id, target)));
    if (pairs.length === 0 && wanted.with === undefined) {
      options.warn(
        'No two finished runs of the sweep differ only in their seed. Add seeds to its experiment, e.g. seeds: [0, 1, 2], and run `pnpm sweep` again.',
      );
    }
  }
  if (wanted.with !== undefined) {
    const other = await findTarget(db, wanted.with, options.dataDir, '--with');
    if (other.kind === 'sweep') {
      const fix = 'Give at least 4 digits of the hash of a run, an id such as sae-3, a folder or hub:….';
      throw unusable('--with', 'takes one SAE', wanted.with, fix);
    }
    const others =
      other.kind === 'files'
        ? await filesOn(target, { source: other.source, anyModel: false }, options)
        : await evaluatedTarget(other, options);
    pairs.push(...(await pairsWith(db, { ...target, isSweep: found.kind === 'sweep' }, others)));
  }
  return pairs;
}

function unusable(field: string, problem: string, received: string, fix: string): SaeLabError {
  return new SaeLabError('cli.usage', { problem, field, received, fix });
}
