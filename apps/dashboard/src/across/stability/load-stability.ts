import 'server-only';
import {
  listVariants,
  matchesAmong,
  runsOfSweep,
  sweepById,
  type Db,
  type RunMatchSummary,
} from '@sae-lab/db/reading';
import type { MatchFigure } from '@sae-lab/measures';
import { runRows, type RunRow } from '../../sweeps/run-row.ts';
import { versionStyles } from '../../variants/version-styles.ts';
import type { MarkStyle } from '../../charts/mark-style.ts';

/** Two runs that differ only in their seed. */
interface StoredPair {
  readonly a: number;
  readonly b: number;
  readonly seedA: number;
  readonly seedB: number;
  readonly figures: Readonly<Partial<Record<MatchFigure, number | null>>>;
  readonly random: { readonly match_best: number; readonly match_one_to_one: number };
}

/** The runs of a sweep that differ in nothing but their seed, and their pairs. */
export interface StableConfiguration extends Pick<
  RunRow,
  'configuration' | 'versionedVariant' | 'coefficient' | 'coefficientValue' | 'hook' | 'width'
> {
  /** Finished runs. */
  readonly seeds: number;
  readonly pairs: readonly StoredPair[];
}

export interface StabilityData {
  readonly sweep: { readonly id: number; readonly name: string; readonly file: string };
  readonly configurations: readonly StableConfiguration[];
  /** By versioned variant. */
  readonly styles: Readonly<Record<string, MarkStyle>>;
  readonly commits: readonly { readonly commit: string | null }[];
}

/** How stable the latents of a sweep are over seeds, as far as its pairs are matched. */
export async function loadStability(db: Db, sweepId: number): Promise<StabilityData | undefined> {
  const sweep = await sweepById(db, sweepId);
  if (sweep === undefined) return undefined;
  const variants = await listVariants(db);
  const rows = runRows(await runsOfSweep(db, sweepId), variants);
  const finished = rows.filter(({ status }) => status === 'finished');
  const byId = new Map(finished.map((row) => [row.id, row]));
  const stored = await matchesAmong(db, [...byId.keys()]);
  const pairs = Map.groupBy(
    stored.filter(({ runA, runB }) => byId.get(runA)!.configuration === byId.get(runB)!.configuration),
    ({ runA }) => byId.get(runA)!.configuration,
  );
  const groups = Map.groupBy(finished, ({ configuration }) => configuration);
  const styles = versionStyles(rows, variants);
  return {
    sweep: { id: sweep.id, name: sweep.name, file: sweep.file },
    configurations: [...groups].map(([configuration, members]) => {
      const { versionedVariant, coefficient, coefficientValue, hook, width } = members[0]!;
      return {
        configuration,
        versionedVariant,
        coefficient,
        coefficientValue,
        hook,
        width,
        seeds: members.length,
        pairs: (pairs.get(configuration) ?? [])
          .map((pair) => storedPair(pair, byId))
          .toSorted((x, y) => x.seedA - y.seedA || x.seedB - y.seedB),
      };
    }),
    styles: Object.fromEntries(styles),
    commits: finished.map(({ commit }) => ({ commit })),
  };
}

function storedPair(
  { runA, runB, figures, random }: RunMatchSummary,
  byId: ReadonlyMap<number, RunRow>,
): StoredPair {
  const [one, other] = [byId.get(runA)!, byId.get(runB)!].toSorted((x, y) => x.seed - y.seed) as [
    RunRow,
    RunRow,
  ];
  return {
    a: one.id,
    b: other.id,
    seedA: one.seed,
    seedB: other.seed,
    figures,
    random: {
      match_best: Number(random['match_best']),
      match_one_to_one: Number(random['match_one_to_one']),
    },
  };
}
