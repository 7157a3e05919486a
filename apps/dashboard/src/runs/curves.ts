import type { Curve } from '@sae-lab/db/reading';
import {
  capitalised,
  curveOf,
  CURVES,
  curvesIn,
  isShownCurve,
  LOSS_TERM,
  type Measure,
} from '@sae-lab/measures';
import type { Line } from '../charts/line-chart.tsx';
import { downsample } from '../charts/downsample.ts';

/** About as many points as a chart has pixels. A curve has up to 10,000. */
const POINTS = 1500;

export interface RunCurves {
  readonly loss: readonly Line[];
  readonly others: readonly CurveChart[];
}

/** A curve with its own chart. */
interface CurveChart {
  readonly line: Line;
  readonly measure: Measure;
  /** Empty for a pure number. */
  readonly unit: string;
}

const LOSS = 'loss';
const RECONSTRUCTION = `${LOSS_TERM}reconstruction`;
const TERM_COLORS = [
  '--variant-blue',
  '--variant-vermilion',
  '--variant-green',
  '--variant-gold',
  '--variant-purple',
];

/**
 * Splits a run's curves into the loss and its terms, which share a chart, and the others, which have one each. The
 * variant's own curves come last.
 *
 * @param declared how the variant describes its own curves, by key
 */
export function runCurves(
  curves: ReadonlyMap<string, Curve>,
  declared: Readonly<Record<string, Measure>>,
  color: string,
): RunCurves {
  const line = (key: string, label: string, lineColor: string): Line => ({
    label,
    color: lineColor,
    ...downsample(curves.get(key)!, POINTS),
  });
  const terms = [...curves.keys()].filter((key) => key.startsWith(LOSS_TERM));
  // Every variant has a reconstruction term; coming first, it has the same colour for all of them.
  terms.sort((a, b) => Number(b === RECONSTRUCTION) - Number(a === RECONSTRUCTION));
  const otherKeys = [...curves.keys()].filter(
    (key) => key !== LOSS && !key.startsWith(LOSS_TERM) && isShownCurve(key),
  );
  const others = curvesIn(otherKeys, declared);
  return {
    loss: [
      ...(curves.has(LOSS) ? [line(LOSS, 'Total', 'var(--text)')] : []),
      ...terms.map((key, i) => line(key, curveOf(key).label, `var(${TERM_COLORS[i % TERM_COLORS.length]!})`)),
    ],
    others: others.map(({ key, ...measure }) => ({
      line: line(key, measure.label, color),
      measure,
      unit: capitalised(measure.unit ?? ''),
    })),
  };
}

/** What the chart shows that the loss and its terms share. */
export const LOSS_MEASURE: Measure = CURVES.loss;
