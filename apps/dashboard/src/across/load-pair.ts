import 'server-only';
import {
  featuresOfRun,
  listVariants,
  pairCosines,
  runById,
  sweepsOfRun,
  type Db,
  type PairCosines,
  type Run,
} from '@sae-lab/db/reading';
import { runLabel } from '@sae-lab/measures';
import { commitOf } from '../compare/compare-row.ts';
import { runConfigurations } from '../sweeps/configurations.ts';
import { cosineBins, storedBins } from './cosine-bins.ts';
import type { PairData, PairRun } from './pair-data.ts';
import { findRun } from '../runs/find-run.ts';

export type LoadedPair =
  | { readonly kind: 'data'; readonly data: PairData }
  | { readonly kind: 'nothing-asked' }
  | { readonly kind: 'no-run'; readonly segment: string }
  | { readonly kind: 'same-run'; readonly run: PairRun }
  | { readonly kind: 'other-hook' | 'not-matched'; readonly a: PairRun; readonly b: PairRun };

/** Two SAEs of one hook, by ids or hashes of their runs. */
export async function loadPair(db: Db, a: string | undefined, b: string | undefined): Promise<LoadedPair> {
  if (a === undefined || b === undefined) return { kind: 'nothing-asked' };
  const runs: Run[] = [];
  for (const segment of [a, b]) {
    const found = await findRun(db, segment);
    const run = found !== undefined && 'id' in found ? await runById(db, found.id) : undefined;
    if (run === undefined) return { kind: 'no-run', segment };
    runs.push(run);
  }
  const [one, other] = await pairRuns(db, runs);
  if (one!.id === other!.id) return { kind: 'same-run', run: one! };
  if (one!.hook !== other!.hook) return { kind: 'other-hook', a: one!, b: other! };
  const stored = await pairCosines(db, one!.id, other!.id);
  if (stored === undefined) return { kind: 'not-matched', a: one!, b: other! };
  const sweeps = await commonSweeps(db, one!.id, other!.id);
  return { kind: 'data', data: { ...dataOf(stored, one!, other!), sweeps } };
}

async function commonSweeps(db: Db, a: number, b: number): Promise<PairData['sweeps']> {
  const [ofA, ofB] = await Promise.all([sweepsOfRun(db, a), sweepsOfRun(db, b)]);
  return ofA.filter(({ id }) => ofB.some((sweep) => sweep.id === id)).map(({ id, name }) => ({ id, name }));
}

async function pairRuns(db: Db, runs: readonly Run[]): Promise<PairRun[]> {
  const configurations = runConfigurations(runs, await listVariants(db));
  return Promise.all(
    runs.map(async (run, i) => ({
      id: run.id,
      label: runLabel({
        variant: run.variant,
        coefficient: configurations[i]!.coefficient,
        width: run.width,
        seed: run.seed,
      }),
      hash: run.runHash,
      hook: run.hook,
      commit: commitOf(run),
      hasFeatures: (await featuresOfRun(db, run.id)) !== undefined,
    })),
  );
}

/** What `RandomMatches` of core has, as JSON. */
interface StoredRandom {
  readonly match_best: number;
  readonly match_one_to_one: number;
  readonly quantile99: number;
  readonly histograms: Readonly<
    Record<'best' | 'oneToOne', { readonly edges: readonly number[]; readonly counts: readonly number[] }>
  >;
}

function dataOf(stored: PairCosines, a: PairRun, b: PairRun): Omit<PairData, 'sweeps'> {
  const { match_best, match_one_to_one, quantile99, histograms } = stored.random as unknown as StoredRandom;
  const isTurned = a.id !== stored.runA;
  const [cosinesA, cosinesB] = isTurned ? [stored.cosineB, stored.cosineA] : [stored.cosineA, stored.cosineB];
  const { match_live_a, match_live_b, ...figures } = stored.figures;
  const live = isTurned ? [match_live_b, match_live_a] : [match_live_a, match_live_b];
  return {
    a,
    b,
    figures: { ...figures, match_live_a: live[0] ?? null, match_live_b: live[1] ?? null },
    random: {
      match_best,
      match_one_to_one,
      quantile99,
      best: storedBins(histograms.best),
      oneToOne: storedBins(histograms.oneToOne),
    },
    bins: {
      aInB: cosineBins(cosinesA),
      bInA: cosineBins(cosinesB),
      oneToOne: cosineBins(stored.partnerCosineA),
    },
    tokens: stored.tokens,
    seconds: stored.seconds,
  };
}
