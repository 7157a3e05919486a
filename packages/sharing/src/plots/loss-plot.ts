import * as Plot from '@observablehq/plot';
import type { Curve } from '@sae-lab/db/reading';
import { curvesIn, LOSS_TERM } from '@sae-lab/measures';
import { logAxis } from './log-axis.ts';
import { svgOf } from './render.ts';

/** Width of the legend and height of a line of it. */
const LEGEND = 130;
const LINE = 16;
/** More points than pixels only make the file larger. */
const MOST_POINTS = 600;

/** The loss and its terms over the steps of the training. */
export function lossPlot(curves: ReadonlyMap<string, Curve>): string {
  const keys = [...curves.keys()].filter((key) => key === 'loss' || key.startsWith(LOSS_TERM));
  const shown = curvesIn(keys);
  const points = shown.flatMap(({ key, label }) =>
    thinned(curves.get(key)!).map((point) => ({ ...point, label })),
  );
  const positive = points.filter(({ value }) => value > 0 && Number.isFinite(value));
  return svgOf('Loss curves', {
    marginRight: LEGEND + 10,
    x: { label: 'step' },
    y: { label: 'loss', grid: true, ...logAxis(rangeOf(positive.map(({ value }) => value))) },
    color: { domain: shown.map(({ label }) => label), scheme: 'observable10' },
    marks: [
      Plot.line(positive, { x: 'step', y: 'value', stroke: 'label', strokeWidth: 1.2 }),
      // Labels at the ends of the curves would cover each other.
      ...shown.map(({ label }, i) =>
        Plot.text([label], { frameAnchor: 'top-right', fill: () => label, dx: LEGEND, dy: i * LINE }),
      ),
    ],
  });
}

function thinned({ steps, values }: Curve): { step: number; value: number }[] {
  const every = Math.ceil(steps.length / MOST_POINTS);
  return steps
    .map((step, i) => ({ step, value: values[i]! }))
    .filter((_, i) => i % every === 0 || i === steps.length - 1);
}

/** With a margin, and with a range even if all values are equal. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, 0],
  );
  return values.length === 0 ? [0.1, 1] : [low / 1.2, high * 1.2];
}
