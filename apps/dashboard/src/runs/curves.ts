import type { Line } from '../charts/line-chart.tsx';
import { downsample, type Curve } from '../charts/downsample.ts';

/** As many points as a chart has pixels to draw them on, about. */
const POINTS = 1500;

export interface RunCurves {
  readonly loss: readonly Line[];
  readonly others: readonly { readonly unit: string; readonly line: Line }[];
}

const TERM = 'loss/';
const TERM_COLORS = [
  '--variant-blue',
  '--variant-vermilion',
  '--variant-green',
  '--variant-gold',
  '--variant-purple',
];

/** Name and unit of a metric, in the order in which they are shown. */
const TITLES: Record<string, readonly [name: string, unit: string]> = {
  l0: ['L0', 'latents on per token'],
  explained_variance: ['explained variance', 'fraction, of the batch'],
  dead_fraction: ['dead latents', 'fraction of latents'],
  resampled: ['resampled latents', 'latents, each time'],
  gradient_norm: ['gradient norm', 'L2 norm'],
  learning_rate: ['learning rate', 'per step'],
  sparse_code: ['code layout', '1 = sparse, 0 = dense'],
};

/** Sorts a run's curves into the losses, which share a chart, and the others, which have one each. */
export function runCurves(curves: ReadonlyMap<string, Curve>, color: string): RunCurves {
  const terms = [...curves.keys()].filter((metric) => metric.startsWith(TERM));
  // The reconstruction is in every variant, and has the same colour in all of them.
  terms.sort((a, b) => Number(b === `${TERM}reconstruction`) - Number(a === `${TERM}reconstruction`));
  const line = (metric: string, label: string, lineColor: string): Line[] => {
    const curve = curves.get(metric);
    return curve ? [{ label, color: lineColor, ...downsample(curve, POINTS) }] : [];
  };
  const titled = Object.keys(TITLES);
  const others = [...curves.keys()]
    .filter((metric) => metric !== 'loss' && !metric.startsWith(TERM))
    .toSorted((a, b) => rank(titled, a) - rank(titled, b));
  return {
    loss: [
      ...line('loss', 'total', 'var(--text)'),
      ...terms.flatMap((metric, i) =>
        line(metric, metric.slice(TERM.length), `var(${TERM_COLORS[i % TERM_COLORS.length]!})`),
      ),
    ],
    others: others.flatMap((metric) => {
      const [name, unit] = TITLES[metric] ?? [metric, metric];
      return line(metric, name, color).map((drawn) => ({ unit, line: drawn }));
    }),
  };
}

function rank(order: readonly string[], metric: string): number {
  const place = order.indexOf(metric);
  return place < 0 ? order.length : place;
}
