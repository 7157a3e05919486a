'use client';

import type { Histogram } from '@sae-lab/db/reading';
import { useMemo } from 'react';
import type { ChartedRun } from './charted-run.ts';
import type { RunCurves } from './curves.ts';
import { lossTerms } from './notebook/loss-terms.ts';
import { NotebookPlots } from './notebook/notebook-plots.tsx';
import { RunCharts } from './run-charts.tsx';
import { useRunCurves } from './use-run-curves.ts';

interface RunPlotsProps {
  readonly curves: RunCurves;
  readonly run: ChartedRun;
  /** Those of the notebook. */
  readonly histograms: readonly Histogram[];
  readonly color: string;
}

/** The charts of a run's curves and the plots of the notebook. Both show the same curves, which are read once. */
export function RunPlots({ curves, run, histograms, color }: RunPlotsProps) {
  const view = useRunCurves(curves, run);
  const { whole } = view;
  const terms = useMemo(() => lossTerms(curves.loss, run.id, whole), [curves.loss, run.id, whole]);
  return (
    <>
      {curves.loss.length > 0 ? <RunCharts curves={curves} run={run} view={view} /> : null}
      {histograms.length > 0 ? (
        <NotebookPlots
          color={color}
          histograms={histograms}
          run={run}
          loss={curves.loss.length > 0 ? terms : undefined}
        />
      ) : null}
    </>
  );
}
