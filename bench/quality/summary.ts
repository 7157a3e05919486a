import { FIGURES, figureText, inSentence, spreadOf } from '@sae-lab/measures';
import type { Job, Quality } from './train.ts';

export type By = 'sae-lab' | 'sae-lens';
export type Result = Quality & { by: By; variant: string } & Pick<Job, 'coefficient' | 'tokens' | 'seed'>;

type Compared = Pick<Quality, 'l0' | 'explained_variance' | 'dead_fraction'>;

interface Mean extends Compared {
  coefficient: number;
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
          : `ours there ${at.toFixed(4)}: ${signed(at - mean.explained_variance)}`;
      return `${title}: SAELens ${mean.coefficient}: ${text(mean)}; ${difference}`;
    });
    return [...own, ...compared];
  });
}

/** L0s this close, as a difference of logarithms, count as equal: a fitted threshold keeps k per row only on average. */
const SAME_L0 = 0.08;

function explainedVarianceAt(
  l0: number,
  runs: readonly Pick<Mean, 'l0' | 'explained_variance'>[],
): number | undefined {
  const sorted = runs.toSorted((a, b) => a.l0 - b.l0);
  const above = sorted.find((run) => run.l0 >= l0);
  const below = sorted.findLast((run) => run.l0 <= l0);
  if (above !== undefined && below !== undefined) {
    if (above.l0 === below.l0) return above.explained_variance;
    const part = Math.log(l0 / below.l0) / Math.log(above.l0 / below.l0);
    return below.explained_variance + part * (above.explained_variance - below.explained_variance);
  }
  const only = above ?? below;
  return only !== undefined && Math.abs(Math.log(only.l0 / l0)) < SAME_L0
    ? only.explained_variance
    : undefined;
}

function means(results: readonly Result[]): Mean[] {
  return [...Map.groupBy(results, ({ coefficient }) => coefficient)].map(([coefficient, runs]) => {
    const mean = (key: keyof Compared): number => spreadOf(runs.map((run) => run[key])).mean!;
    return {
      coefficient,
      l0: mean('l0'),
      explained_variance: mean('explained_variance'),
      dead_fraction: mean('dead_fraction'),
      seeds: runs.length,
    };
  });
}

function text(mean: Mean): string {
  const shown = (key: keyof Compared): string =>
    `${inSentence(FIGURES[key].label)} ${figureText(FIGURES[key], mean[key])}`;
  return [shown('explained_variance'), shown('l0'), shown('dead_fraction')].join(', ');
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(4)}`;
}
