import {
  capitalised,
  curveOf,
  CURVES,
  curvesIn,
  isShownCurve,
  LOSS_TERM,
  type Measure,
} from '@sae-lab/measures';

/** The curves of a run and how they are shown, without their points. */
export interface RunCurves {
  /** The loss and its terms, which share a chart. */
  readonly loss: readonly { readonly key: string; readonly label: string; readonly color: string }[];
  readonly others: readonly CurveChart[];
}

/** A curve with its own chart. */
interface CurveChart {
  readonly key: string;
  readonly color: string;
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
 * @param keys the curves that the run has
 * @param declared how the variant describes its own curves, by key
 */
export function runCurves(
  keys: readonly string[],
  declared: Readonly<Record<string, Measure>>,
  color: string,
): RunCurves {
  const terms = keys.filter((key) => key.startsWith(LOSS_TERM));
  // Every variant has a reconstruction term; coming first, it has the same colour for all of them.
  terms.sort((a, b) => Number(b === RECONSTRUCTION) - Number(a === RECONSTRUCTION));
  const otherKeys = keys.filter((key) => key !== LOSS && !key.startsWith(LOSS_TERM) && isShownCurve(key));
  return {
    loss: [
      ...(keys.includes(LOSS) ? [{ key: LOSS, label: 'Total', color: 'var(--text)' }] : []),
      ...terms.map((key, i) => ({
        key,
        label: curveOf(key).label,
        color: `var(${TERM_COLORS[i % TERM_COLORS.length]!})`,
      })),
    ],
    others: curvesIn(otherKeys, declared).map(({ key, ...measure }) => ({
      key,
      color,
      measure,
      unit: capitalised(measure.unit ?? ''),
    })),
  };
}

/** What the chart shows that the loss and its terms share. */
export const LOSS_MEASURE: Measure = CURVES.loss;
