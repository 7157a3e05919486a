'use client';

import { Card } from '@tremor/react';
import type { Histogram } from '@sae-lab/db/reading';
import { histogramsIn } from '@sae-lab/measures';
import { HistogramChart } from '../charts/histogram-chart.tsx';
import { Collapsible } from '../components/collapsible.tsx';

/** The histograms of a run, in the order of the vocabulary. */
export function RunHistograms({ histograms, color }: { histograms: readonly Histogram[]; color: string }) {
  const byName = new Map(histograms.map((histogram) => [histogram.name, histogram]));
  return (
    <Collapsible title="Distributions">
      <div className="grid grid-cols-1 gap-4 md:grid-cols-2 min-[125rem]:grid-cols-4">
        {histogramsIn(byName.keys()).map((measure) => {
          const { key, label, meaning, axis, unit = 'values', logCounts = false } = measure;
          const { edges, counts } = byName.get(key)!;
          return (
            <Card key={key} className="min-w-0 p-4 sm:p-5">
              <h3 className="text-[13px] font-medium">{label}</h3>
              <p className="mb-3 text-xs text-soft">{meaning}</p>
              <HistogramChart
                label={label}
                edges={edges}
                counts={counts}
                xTitle={axis}
                measure={measure}
                unit={unit}
                log={logCounts}
                color={color}
              />
            </Card>
          );
        })}
      </div>
    </Collapsible>
  );
}
