import { parseAsBoolean, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { curveState } from '../curves/curve-state.ts';
import { shownUnit, windowOf, zoomOf } from '../curves/curve-view.ts';
import { useCurves } from '../curves/use-curves.ts';
import { useFirstSpeeds } from '../curves/use-first-speeds.ts';
import type { ChartedRun } from './charted-run.ts';
import type { RunCurves } from './curves.ts';

/** About a bucket for every two pixels. */
const BUCKETS = 512;
const WHOLE = { from: 0, until: undefined, buckets: BUCKETS };
const STATE = { ...curveState, log: parseAsBoolean.withDefault(false) };

/** The curves of a run, which all plots of its page share, and how the reader looks at them. */
export type RunCurvesInView = ReturnType<typeof useRunCurves>;

export function useRunCurves({ loss, others }: RunCurves, run: ChartedRun) {
  const [state, setState] = useQueryStates(STATE);
  const runs = useFirstSpeeds(useMemo(() => [run], [run]));
  const over = shownUnit(state.over, runs);
  const zoom = zoomOf(state);
  const curves = useCurves({
    runIds: [run.id],
    curves: [...loss, ...others].map(({ key }) => key),
    whole: WHOLE,
    zoom: windowOf(zoom, over, runs, BUCKETS),
    growing: run.growing ? [run.id] : [],
  });
  return { state, setState, runs, over, zoom, ...curves };
}
