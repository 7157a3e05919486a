import type { CurvesOnPage } from '../../curves/use-curves.ts';
import type { RunCurves } from '../curves.ts';
import type { LossTerm } from './loss-plot.tsx';

/** The loss of a run and its terms over all of its steps; empty until they are read. */
export function lossTerms(
  loss: RunCurves['loss'],
  runId: number,
  whole: CurvesOnPage['whole'],
): readonly LossTerm[] {
  return loss.flatMap(({ key, label, color }) => {
    const buckets = whole(key)?.runs.get(runId)?.buckets ?? [];
    if (buckets.length === 0) return [];
    return [
      {
        label,
        color,
        steps: buckets.map(({ start }) => start),
        values: buckets.map(({ last }) => last),
      },
    ];
  });
}
