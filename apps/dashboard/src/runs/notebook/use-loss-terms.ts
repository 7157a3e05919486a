import { useMemo } from 'react';
import { useCurves } from '../../curves/use-curves.ts';
import type { RunCurves } from '../curves.ts';
import type { LossTerm } from './loss-plot.tsx';

/** As many points as the plot has pixels. */
const WHOLE = { from: 0, until: undefined, buckets: 512 };

/** The loss of a run and its terms over all of its steps; empty until they are read. */
export function useLossTerms(runId: number, growing: boolean, loss: RunCurves['loss']): readonly LossTerm[] {
  const curves = loss.map(({ key }) => key);
  const { whole } = useCurves({
    runIds: [runId],
    curves,
    whole: WHOLE,
    zoom: undefined,
    growing: growing ? [runId] : [],
  });
  return useMemo(
    () =>
      loss.flatMap(({ key, label, color }) => {
        const buckets = whole(key)?.runs.get(runId)?.buckets ?? [];
        if (buckets.length === 0) return [];
        const steps = buckets.map(({ start }) => start);
        return [{ label, color, steps, values: buckets.map(({ last }) => last) }];
      }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- equal curves have equal keys
    [whole, runId, curves.join()],
  );
}
