import { useMemo, useState } from 'react';
import type { CurveRun } from './curve-run.ts';

/**
 * Runs with the speed that each had first. Over training time, a curve would otherwise change its shape with every step:
 * the mean speed of a run that is training is a little different each time. A finished run has the speed that was measured.
 */
export function useFirstSpeeds(runs: readonly CurveRun[]): readonly CurveRun[] {
  const [first, setFirst] = useState<ReadonlyMap<number, number>>(new Map());
  const added = runs.flatMap(({ id, growing, stepSeconds }): [number, number][] =>
    growing && stepSeconds !== null && !first.has(id) ? [[id, stepSeconds]] : [],
  );
  if (added.length > 0) setFirst(new Map([...first, ...added]));
  return useMemo(
    () =>
      runs.map((run) =>
        run.growing && run.stepSeconds !== null
          ? { ...run, stepSeconds: first.get(run.id) ?? run.stepSeconds }
          : run,
      ),
    [runs, first],
  );
}
