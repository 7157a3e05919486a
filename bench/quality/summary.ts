import type { Job, Quality } from './train.ts';

export type By = 'sae-lab' | 'sae-lens';
export type Result = Quality & { by: By; variant: string } & Pick<Job, 'coefficient' | 'tokens' | 'seed'>;

interface Mean {
  coefficient: number;
  l0: number;
  explainedVariance: number;
  deadFraction: number;
  seeds: number;
}

/**
 * One line per coefficient of the peer: our explained variance at the peer's L0, interpolated in log L0 between our nearest
 * runs on both sides. Figures are means over seeds.
 */
export function summaryOf(results: readonly Result[]): string[] {
  const groups = Map.groupBy(results, ({ variant, tokens }) => `${variant}, ${tokens} tokens`);
  return [...groups].flatMap(([title, all]) => {
    const ours = means(all.filter(({ by }) => by === 'sae-lab'));
    const theirs = means(all.filter(({ by }) => by === 'sae-lens'));
    const own = ours.map(
      (mean) => `${title}: sae-lab ${mean.coefficient}: ${text(mean)} over ${mean.seeds} seeds`,
    );
    const compared = theirs.map((mean) => {
      const at = explainedVarianceAt(mean.l0, ours);
      const difference =
        at === undefined
          ? 'no runs of ours on both sides'
          : `ours there ${at.toFixed(4)}: ${signed(at - mean.explainedVariance)}`;
      return `${title}: SAELens ${mean.coefficient}: ${text(mean)}; ${difference}`;
    });
    return [...own, ...compared];
  });
}

/** L0s this close, as a difference of logarithms, count as equal: a fitted threshold keeps k per row only on average. */
const SAME_L0 = 0.08;

function explainedVarianceAt(
  l0: number,
  runs: readonly Pick<Mean, 'l0' | 'explainedVariance'>[],
): number | undefined {
  const sorted = runs.toSorted((a, b) => a.l0 - b.l0);
  const above = sorted.find((run) => run.l0 >= l0);
  const below = sorted.findLast((run) => run.l0 <= l0);
  if (above !== undefined && below !== undefined) {
    if (above.l0 === below.l0) return above.explainedVariance;
    const part = Math.log(l0 / below.l0) / Math.log(above.l0 / below.l0);
    return below.explainedVariance + part * (above.explainedVariance - below.explainedVariance);
  }
  const only = above ?? below;
  return only !== undefined && Math.abs(Math.log(only.l0 / l0)) < SAME_L0
    ? only.explainedVariance
    : undefined;
}

function means(results: readonly Result[]): Mean[] {
  return [...Map.groupBy(results, ({ coefficient }) => coefficient)].map(([coefficient, runs]) => {
    const mean = (of: (run: Result) => number): number =>
      runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
    return {
      coefficient,
      l0: mean((run) => run.l0),
      explainedVariance: mean((run) => run.explainedVariance),
      deadFraction: mean((run) => run.deadFraction),
      seeds: runs.length,
    };
  });
}

function text({ l0, explainedVariance, deadFraction }: Mean): string {
  return `${explainedVariance.toFixed(4)} at L0 ${l0.toFixed(1)}, ${(100 * deadFraction).toFixed(1)} % dead`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(4)}`;
}
