import * as Plot from '@observablehq/plot';
import type { Facets } from '../figure/facets.ts';
import type { MeasureAxis } from '../figure/measure-axis.ts';
import { clipped, textWidth } from '../fit-text.ts';
import { clustersOf, placeLabels } from './place-labels.ts';
import type { ReferenceMark } from './scatter-references.ts';

const RADIUS = 5;
const FONT = 11;
/** Labels of marks further to the right than this share of the chart are on their left. */
const RIGHT = 0.6;
/** Longer labels are shortened. */
const LONGEST = 170;
/** From a mark to its label. */
const GAP = 9;
/** From a line to its label, which is above it. */
const ABOVE = 8;

interface Chart {
  readonly place: Facets['place'];
  readonly xAxis: MeasureAxis;
  readonly yAxis: MeasureAxis;
  /** Pixels of one small multiple. */
  readonly width: number;
  readonly height: number;
}

/** Crosses, or dashed lines across, in the colour of text: no group has it. Each has its name next to it, where it has room. */
export function referenceMarksOf(
  marks: readonly ReferenceMark[],
  { place, xAxis, yAxis, width, height }: Chart,
): Plot.Markish[] {
  const placed = marks.map((mark) => ({
    mark,
    facet: mark.facet,
    name: mark.reference.name,
    x: mark.x === null ? width : shareAt(xAxis, mark.x) * width,
    y: (1 - shareAt(yAxis, mark.y)) * height - (mark.x === null ? ABOVE : 0),
  }));
  const labels = clustersOf(placed).map(([first, ...others]) => {
    const { mark, facet, x, y } = first;
    const whole = others.length === 0 ? mark.label : `${first.name}, ${others.length + 1} hooks`;
    const text = clipped(whole, Math.min(LONGEST, width / 2), FONT);
    return { mark, facet, text, x, y, isLeft: x > RIGHT * width, width: textWidth(text, FONT) + GAP };
  });
  const shifts = placeLabels(labels);
  const shown = labels.flatMap((label, index) => {
    const shift = shifts[index];
    return shift === undefined ? [] : [{ ...label, shift: shift - (label.mark.x === null ? ABOVE : 0) }];
  });
  // Plot moves all labels of a mark alike, so those that are moved alike are one mark.
  const alike = Map.groupBy(shown, ({ shift, isLeft, mark }) =>
    JSON.stringify([shift, isLeft, mark.x === null]),
  );
  return [
    Plot.ruleY(
      marks.filter(({ x }) => x === null),
      { ...place, y: 'y', stroke: 'var(--text-soft)', strokeDasharray: '4 3' },
    ),
    Plot.dot(
      marks.filter(({ x }) => x !== null),
      {
        ...place,
        x: 'x',
        y: 'y',
        r: RADIUS,
        symbol: 'times',
        stroke: 'var(--text)',
        strokeWidth: 1.5,
      },
    ),
    ...[...alike.values()].map((group) => {
      const [{ shift, isLeft, mark }] = group as [(typeof shown)[number]];
      const isLine = mark.x === null;
      return Plot.text(group, {
        ...place,
        ...(!isLine && { x: (label: (typeof group)[number]) => label.mark.x! }),
        ...(isLine && { frameAnchor: 'right' as const }),
        y: (label: (typeof group)[number]) => label.mark.y,
        text: 'text',
        textAnchor: isLeft ? 'end' : 'start',
        dx: isLine ? -4 : isLeft ? -GAP : GAP,
        dy: shift,
        fill: 'var(--text-soft)',
        stroke: 'var(--surface)',
        strokeWidth: 3,
      });
    }),
  ];
}

/** The place of a value on an axis, from 0 to 1. */
function shareAt({ domain: [low, high], scale }: MeasureAxis, value: number): number {
  const forth = scale.type === 'log' ? Math.log : (given: number) => given;
  return (forth(value) - forth(low)) / (forth(high) - forth(low));
}
