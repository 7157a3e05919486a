import 'server-only';
import {
  featuresOf,
  isSameSubject,
  listVariants,
  orderedPair,
  pairCosines,
  runById,
  saeById,
  sweepsOfRun,
  sweepsOfSae,
  type Db,
  type PairCosines,
  type Run,
  type SaeRow,
  type SaeSubject,
} from '@sae-lab/db/reading';
import { runLabel } from '@sae-lab/measures';
import { commitOf } from '../compare/compare-row.ts';
import { runConfigurations } from '../sweeps/configurations.ts';
import { findRun } from '../runs/find-run.ts';
import { subjectKey, subjectOf } from '../saes/subject.ts';
import { cosineBins, storedBins } from './cosine-bins.ts';
import { loadOffered, type OfferedSae } from './load-offered.ts';
import type { PairData, PairSae } from './pair-data.ts';

export type LoadedPair =
  | { readonly kind: 'data'; readonly data: PairData }
  | {
      readonly kind: 'nothing-asked';
      readonly offered: readonly OfferedSae[];
      readonly a: string | undefined;
      readonly b: string | undefined;
    }
  | { readonly kind: 'no-sae'; readonly segment: string }
  | { readonly kind: 'same-sae'; readonly sae: PairSae }
  | { readonly kind: 'other-hook' | 'not-matched'; readonly a: PairSae; readonly b: PairSae };

/** Two SAEs of one hook: by ids or hashes of runs, or by ids such as `sae-3`. */
export async function loadPair(db: Db, a: string | undefined, b: string | undefined): Promise<LoadedPair> {
  if (!a || !b) return { kind: 'nothing-asked', offered: await loadOffered(db), a, b };
  const rows: (Run | SaeRow)[] = [];
  for (const segment of [a, b]) {
    const row = await rowOf(db, segment);
    if (row === undefined) return { kind: 'no-sae', segment };
    rows.push(row);
  }
  const [one, other] = (await pairSaes(db, rows)) as [PairSae, PairSae];
  if (isSameSubject(one.subject, other.subject)) return { kind: 'same-sae', sae: one };
  if (one.hook !== other.hook) return { kind: 'other-hook', a: one, b: other };
  const stored = await pairCosines(db, one.subject, other.subject);
  if (stored === undefined) return { kind: 'not-matched', a: one, b: other };
  const sweeps = await commonSweeps(db, one.subject, other.subject);
  return { kind: 'data', data: { ...dataOf(stored, one, other), sweeps } };
}

async function rowOf(db: Db, segment: string): Promise<Run | SaeRow | undefined> {
  const saeId = subjectOf(segment)?.saeId;
  if (saeId !== undefined) return saeById(db, saeId);
  const found = await findRun(db, segment);
  return found !== undefined && 'id' in found ? runById(db, found.id) : undefined;
}

async function commonSweeps(db: Db, a: SaeSubject, b: SaeSubject): Promise<PairData['sweeps']> {
  const of = ({ runId, saeId }: SaeSubject) =>
    runId === undefined ? sweepsOfSae(db, saeId) : sweepsOfRun(db, runId);
  const [ofA, ofB] = await Promise.all([of(a), of(b)]);
  return ofA.filter(({ id }) => ofB.some((sweep) => sweep.id === id)).map(({ id, name }) => ({ id, name }));
}

/** In their order. Configurations are computed over all runs, so that labels tell them apart. */
async function pairSaes(db: Db, rows: readonly (Run | SaeRow)[]): Promise<PairSae[]> {
  const runs = rows.filter((row) => 'runHash' in row);
  const configurations = runConfigurations(runs, await listVariants(db));
  const labelOf = new Map(
    runs.map(({ id, variant, width, seed }, i) => [
      id,
      runLabel({ variant, coefficient: configurations[i]!.coefficient, width, seed }),
    ]),
  );
  return Promise.all(
    rows.map(async (row): Promise<PairSae> => {
      const isRun = 'runHash' in row;
      const subject: SaeSubject = isRun ? { runId: row.id } : { saeId: row.id };
      return {
        subject,
        label: isRun ? labelOf.get(row.id)! : runLabel({ variant: row.name, width: row.width }),
        target: isRun ? row.runHash.slice(0, 8) : subjectKey(subject),
        hook: row.hook,
        commit: isRun ? commitOf(row) : null,
        hasFeatures: (await featuresOf(db, subject)) !== undefined,
      };
    }),
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

function dataOf(stored: PairCosines, a: PairSae, b: PairSae): Omit<PairData, 'sweeps'> {
  const { match_best, match_one_to_one, quantile99, histograms } = stored.random as unknown as StoredRandom;
  const isTurned = orderedPair(a.subject, b.subject)[0] !== a.subject;
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
