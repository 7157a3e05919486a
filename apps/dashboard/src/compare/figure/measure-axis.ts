import * as Plot from '@observablehq/plot';
import { leastSpanOf, tickFormatOf, type Measure } from '@sae-lab/measures';
import { makeScale, paddedDomain, type ScaleKind } from '../../charts/scales.ts';

/** Pixels between ticks, and from the axis to its label. */
const SPACING = { x: 64, y: 40 };
const LABEL_OFFSET = { x: 40, y: 56 };

/** The axis of a measure. */
export interface MeasureAxis {
  readonly scale: Plot.ScaleOptions;
  readonly domain: readonly [number, number];
  /** Ticks, label, and for y the grid. */
  readonly marks: readonly Plot.Markish[];
}

/**
 * An axis with a smallest span, so that values that differ by rounding look equal. Its ticks are marks, because Plot leaves
 * out the labels of some ticks of a log scale.
 *
 * @param length pixels of the axis
 * @param padding at each end, as a share of the length; the default leaves room for marks
 */
export function measureAxis(
  along: 'x' | 'y',
  measure: Measure,
  kind: ScaleKind,
  values: readonly number[],
  length: number,
  padding?: number,
): MeasureAxis {
  const domain = paddedDomain(values, kind, padding, leastSpanOf(measure, values));
  const { ticks } = makeScale({ kind, domain, range: [0, length], spacing: SPACING[along] });
  return {
    scale: { type: kind, domain: [...domain] },
    domain,
    marks: axisMarks(along, measure, kind, ticks),
  };
}

/** The ticks and the label of an axis, and for y the grid. */
export function axisMarks(
  along: 'x' | 'y',
  measure: Measure,
  kind: ScaleKind,
  ticks: readonly number[],
): readonly Plot.Markish[] {
  const format = tickFormatOf(measure, ticks);
  const details = [measure.unit, kind === 'log' ? 'log scale' : undefined].filter(
    (part) => part !== undefined,
  );
  const options: Plot.AxisXOptions & Plot.AxisYOptions = {
    text: (tick: number) => format(tick),
    label: `${measure.label}${details.length === 0 ? '' : ` (${details.join(', ')})`}`,
    labelArrow: 'none',
    labelAnchor: 'center',
    labelOffset: LABEL_OFFSET[along],
  };
  return along === 'x'
    ? [Plot.axisX([...ticks], options)]
    : [Plot.gridY([...ticks], { stroke: 'var(--grid)', strokeOpacity: 1 }), Plot.axisY([...ticks], options)];
}
