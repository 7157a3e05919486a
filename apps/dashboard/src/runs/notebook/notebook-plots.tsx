'use client';

import { Card } from '@tremor/react';
import type { Histogram } from '@sae-lab/db/reading';
import { histogramOf } from '@sae-lab/measures';
import { HistogramChart } from '../../charts/histogram-chart.tsx';
import { Collapsible } from '../../components/collapsible.tsx';
import { NOTEBOOK_HISTOGRAMS } from './notebook-histograms.ts';
import type { RunCurves } from '../curves.ts';
import { LossPlot } from './loss-plot.tsx';
import { useLossTerms } from './use-loss-terms.ts';

interface NotebookPlotsProps {
  readonly histograms: readonly Histogram[];
  readonly run: { readonly id: number; readonly growing: boolean };
  readonly loss: RunCurves['loss'];
  readonly color: string;
  /** Names the run, in the captions of exports. */
  readonly caption: string;
}

/** The three plots of the introductory notebook, which `pnpm sae plot` writes as files. */
export function NotebookPlots({ histograms, run, loss, color, caption }: NotebookPlotsProps) {
  const terms = useLossTerms(run.id, run.growing, loss);
  const shown = NOTEBOOK_HISTOGRAMS.flatMap((name) => histograms.find((found) => found.name === name) ?? []);
  return (
    <Collapsible
      title="Plots of the notebook"
      note={
        <>
          <code className="font-mono text-xs">pnpm sae plot</code> writes them as SVG and PNG
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3">
        {shown.map(({ name, edges, counts }) => {
          const measure = histogramOf(name);
          return (
            <Card key={name} className="min-w-0 p-4 sm:p-5">
              <h3 className="text-[13px] font-medium">{measure.label}</h3>
              <p className="mb-3 text-xs text-soft">{measure.meaning}</p>
              <HistogramChart
                label={measure.label}
                edges={edges}
                counts={counts}
                xTitle={measure.axis}
                measure={measure}
                unit={measure.unit ?? 'values'}
                log={measure.logCounts ?? false}
                color={color}
              />
            </Card>
          );
        })}
        {terms.length === 0 ? null : (
          <Card className="min-w-0 p-4 sm:p-5">
            <h3 className="text-[13px] font-medium">Loss curves</h3>
            <p className="mb-3 text-xs text-soft">The loss and its terms at each step, on a log scale.</p>
            <LossPlot loss={terms} caption={caption} />
          </Card>
        )}
      </div>
    </Collapsible>
  );
}
