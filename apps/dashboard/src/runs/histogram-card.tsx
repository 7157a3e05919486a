'use client';

import { Card } from '@tremor/react';
import type { Histogram } from '@sae-lab/db/reading';
import { histogramOf } from '@sae-lab/measures';
import { useMemo, useRef } from 'react';
import { HistogramChart } from '../charts/histogram-chart.tsx';
import { CompactExport } from '../export/compact-export.tsx';
import type { CaptionedSae } from '../saes/captioned-sae.ts';
import { exportedHistogram } from './exported-histogram.ts';

interface HistogramCardProps {
  readonly histogram: Histogram;
  readonly color: string;
  readonly sae: CaptionedSae;
}

/** A histogram of an SAE with what it means, its values and its export. */
export function HistogramCard({ histogram, color, sae }: HistogramCardProps) {
  const figure = useRef<HTMLElement>(null);
  const { name, edges, counts } = histogram;
  const { label, meaning, axis, unit = 'values', logCounts = false, ...measure } = histogramOf(name);
  const table = useMemo(() => exportedHistogram(histogram, sae), [histogram, sae]);
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <h3 className="text-[13px] font-medium">{label}</h3>
      <p className="mb-3 text-xs text-soft">{meaning}</p>
      <figure ref={figure}>
        <HistogramChart
          label={label}
          edges={edges}
          counts={counts}
          xTitle={axis}
          measure={{ label, meaning, ...measure }}
          unit={unit}
          log={logCounts}
          color={color}
        />
      </figure>
      <div className="mt-2">
        <CompactExport table={table} figure={figure} label={`Export ${label}`} />
      </div>
    </Card>
  );
}
