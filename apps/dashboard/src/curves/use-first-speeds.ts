import { useMemo, useRef } from 'react';
import type { CurveRun } from './curve-run.ts';

/**
 * Runs with the speed that each had first. Over training time, a curve would otherwise change its shape with every step:
 * the mean speed of a run that is training is a little different each time. A finished run has the speed that was measured.
 */
export function useFirstSpeeds(runs: readonly CurveRun[]): readonly CurveRun[] {
  const first = useRef(new Map<number, number>());
  return useMemo(
    () =>
      runs.map((run) => {
        if (!run.growing || run.stepSeconds === null) return run;
        const speed = first.current.get(run.id) ?? run.stepSeconds;
        first.current.set(run.id, speed);
        return { ...run, stepSeconds: speed };
      }),
    [runs],
  );
}
