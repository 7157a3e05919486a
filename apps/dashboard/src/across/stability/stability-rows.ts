import { runLabel, type MatchFigure } from '@sae-lab/measures';
import type { StableConfiguration } from './load-stability.ts';
import { pairMean, type PairMean } from './pair-interval.ts';

/** The measures of stability: of a pair, without what tells its two SAEs apart. */
export const STABILITY = [
  'match_one_to_one',
  'match_best',
  'match_one_to_one_07',
  'match_best_07',
  'match_one_to_one_09',
  'match_best_09',
] as const satisfies readonly MatchFigure[];
export type StabilityMeasure = (typeof STABILITY)[number];

/** A configuration with the mean of each measure over its pairs of seeds. */
export interface StabilityRow extends StableConfiguration {
  /** Names it among the rows that are shown. */
  readonly label: string;
  readonly means: Readonly<Record<StabilityMeasure, PairMean | undefined>>;
  /** What random directions of the same numbers have; null for shares. */
  readonly random: Readonly<Record<StabilityMeasure, number | null>>;
}

/** The configurations in the order of hook, variant, width and coefficient. */
export function stabilityRows(configurations: readonly StableConfiguration[]): StabilityRow[] {
  const hooks = new Set(configurations.map(({ hook }) => hook));
  const widths = new Set(configurations.map(({ width }) => width));
  return configurations
    .map((one): StabilityRow => {
      const { versionedVariant, coefficient, hook, width, pairs } = one;
      const meansOf = (measure: StabilityMeasure) =>
        pairMean(
          pairs.flatMap(({ seedA, seedB, figures }) => {
            const value = figures[measure];
            return value === null || value === undefined ? [] : [{ a: seedA, b: seedB, value }];
          }),
          measure === 'match_best' || measure === 'match_one_to_one' ? [-1, 1] : [0, 1],
        );
      return {
        ...one,
        label: runLabel({
          variant: versionedVariant,
          coefficient,
          ...(widths.size > 1 && { width }),
          ...(hooks.size > 1 && { hook }),
        }),
        means: byMeasure(meansOf),
        random: byMeasure((measure) => randomOf(one, measure)),
      };
    })
    .toSorted(
      (x, y) =>
        compareTexts(x.hook, y.hook) ||
        compareTexts(x.versionedVariant, y.versionedVariant) ||
        x.width - y.width ||
        (x.coefficientValue ?? 0) - (y.coefficientValue ?? 0) ||
        compareTexts(x.coefficient, y.coefficient),
    );
}

function randomOf({ pairs }: StableConfiguration, measure: StabilityMeasure): number | null {
  if (measure !== 'match_best' && measure !== 'match_one_to_one') return null;
  if (pairs.length === 0) return null;
  return pairs.reduce((sum, { random }) => sum + random[measure], 0) / pairs.length;
}

function byMeasure<T>(of: (measure: StabilityMeasure) => T): Record<StabilityMeasure, T> {
  return Object.fromEntries(STABILITY.map((measure) => [measure, of(measure)])) as Record<
    StabilityMeasure,
    T
  >;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
