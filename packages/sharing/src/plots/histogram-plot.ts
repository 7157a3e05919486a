import * as Plot from '@observablehq/plot';
import type { Histogram } from '@sae-lab/db/reading';
import { histogramOf } from '@sae-lab/measures';
import { logAxis } from './log-axis.ts';
import { svgOf } from './render.ts';

/** Bars start here on a log scale, so that a count of 1 is visible. */
const LOG_BASE = 0.5;

/** A histogram under the title and axes of the vocabulary. */
export function histogramPlot({ name, edges, counts }: Histogram): string {
  const { label, axis, unit, logCounts = false } = histogramOf(name);
  const bars = counts
    .map((count, i) => ({ from: edges[i]!, to: edges[i + 1]!, count }))
    .filter(({ count, from, to }) => count > 0 && Number.isFinite(from) && Number.isFinite(to));
  const base = logCounts ? LOG_BASE : 0;
  const most = bars.reduce((largest, { count }) => Math.max(largest, count), 1);
  return svgOf(label, {
    x: { label: axis },
    y: { label: unit ?? 'count', grid: true, ...(logCounts ? logAxis([base, 2 * most]) : { nice: true }) },
    marks: [
      Plot.rectY(bars, { x1: 'from', x2: 'to', y1: base, y2: 'count', fill: '#3b6fd4', inset: 0.5 }),
      Plot.ruleY([base]),
    ],
  });
}
