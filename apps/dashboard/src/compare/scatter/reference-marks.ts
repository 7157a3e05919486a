import * as Plot from '@observablehq/plot';
import type { Facets } from '../figure/facets.ts';
import type { MeasureAxis } from '../figure/measure-axis.ts';
import type { ReferenceMark } from './scatter-references.ts';

const RADIUS = 5;
/** Labels of marks further to the right than this are on their left. */
const RIGHT = 0.6;

/** Crosses, or dashed lines across, in the colour of text: no group has it. Each has its name next to it. */
export function referenceMarksOf(
  marks: readonly ReferenceMark[],
  place: Facets['place'],
  { domain: [low, high], scale }: MeasureAxis,
): Plot.Markish[] {
  const lines = marks.filter(({ x }) => x === null);
  const points = marks.filter(({ x }) => x !== null);
  const forth = scale.type === 'log' ? Math.log : (value: number) => value;
  const share = ({ x }: ReferenceMark) => (forth(x!) - forth(low)) / (forth(high) - forth(low));
  const label = {
    ...place,
    text: 'label',
    fill: 'var(--text-soft)',
    stroke: 'var(--surface)',
    strokeWidth: 3,
  } as const;
  return [
    Plot.ruleY(lines, {
      ...place,
      y: 'y',
      stroke: 'var(--text-soft)',
      strokeDasharray: '4 3',
    }),
    Plot.text(lines, {
      ...label,
      y: 'y',
      frameAnchor: 'right',
      textAnchor: 'end',
      lineAnchor: 'bottom',
      dy: -3,
      dx: -4,
    }),
    Plot.dot(points, {
      ...place,
      x: 'x',
      y: 'y',
      r: RADIUS,
      symbol: 'times',
      stroke: 'var(--text)',
      strokeWidth: 1.5,
    }),
    ...(['start', 'end'] as const).map((textAnchor) =>
      Plot.text(
        points.filter((mark) => share(mark) > RIGHT === (textAnchor === 'end')),
        { ...label, x: 'x', y: 'y', textAnchor, dx: textAnchor === 'start' ? 9 : -9 },
      ),
    ),
  ];
}
