'use client';

import { Card } from '@tremor/react';
import type { Histogram } from '@sae-lab/db/reading';
import { Collapsible } from '../../components/collapsible.tsx';
import type { CaptionedRun } from '../charted-run.ts';
import { HistogramCard } from '../histogram-card.tsx';
import { NOTEBOOK_HISTOGRAMS } from './notebook-histograms.ts';
import { LossPlot, type LossTerm } from './loss-plot.tsx';

interface NotebookPlotsProps {
  readonly histograms: readonly Histogram[];
  readonly run: CaptionedRun;
  /** Empty while it is read; undefined if the run has none. */
  readonly loss: readonly LossTerm[] | undefined;
  readonly color: string;
}

/** The three plots of the introductory notebook, which `pnpm sae plot` writes as files. */
export function NotebookPlots({ histograms, run, loss, color }: NotebookPlotsProps) {
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
        {shown.map((histogram) => (
          <HistogramCard key={histogram.name} histogram={histogram} color={color} sae={run} />
        ))}
        {loss === undefined ? null : (
          <Card className="min-w-0 p-4 sm:p-5">
            <h3 className="text-[13px] font-medium">Loss curves</h3>
            <p className="mb-3 text-xs text-soft">The loss and its terms at each step, on a log scale.</p>
            {loss.length === 0 ? (
              <p className="min-h-62.5 text-[13px] text-soft">Reading the curves</p>
            ) : (
              <LossPlot loss={loss} run={run} />
            )}
          </Card>
        )}
      </div>
    </Collapsible>
  );
}
