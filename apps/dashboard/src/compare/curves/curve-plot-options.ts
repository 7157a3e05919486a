import * as Plot from '@observablehq/plot';
import { short } from '@sae-lab/measures';
import { isOnScale, type ScaleKind } from '../../charts/scales.ts';
import { measureAxis } from '../figure/measure-axis.ts';
import type { NamedCurve } from '../load-compare.ts';
import type { GroupLines, LinePoint, Over } from './curve-lines.ts';

const HEIGHT = 420;
const MARGIN = { left: 64, right: 20, top: 16, bottom: 46 };
/** Of the values, this share at each end does not decide the y axis: a few first steps would take all of it. */
const IGNORED = 0.01;
const show = short(4);

interface CurveOptions {
  readonly lines: readonly GroupLines[];
  readonly curve: NamedCurve;
  readonly over: Over;
  readonly xScale: ScaleKind;
  readonly yScale: ScaleKind;
  /** Draws each run, not only the means. */
  readonly members: boolean;
}

/** Raw curves behind smoothed ones, the runs of each group, and its mean with its band. */
export function curveOptions({
  lines,
  curve,
  over,
  xScale,
  yScale,
  members,
}: CurveOptions): (width: number) => Plot.PlotOptions {
  const placed = (points: readonly LinePoint[]) =>
    points.filter(({ x, y }) => isOnScale(xScale, x) && (y === null || isOnScale(yScale, y)));
  const means = lines.map(({ mean, ...group }) => ({
    ...group,
    mean: mean.filter(({ x, mean: y }) => isOnScale(xScale, x) && isOnScale(yScale, y)),
  }));
  const ys = lines.flatMap((group) => [
    ...(members ? group.members.flatMap(({ line }) => placed(line).flatMap(({ y }) => y ?? [])) : []),
    ...group.mean.map(({ mean }) => mean).filter((y) => isOnScale(yScale, y)),
  ]);
  const xs = lines.flatMap((group) => group.members.flatMap(({ line }) => placed(line).map(({ x }) => x)));
  const [low, high] = middle(ys);
  const clamp = (value: number) => (yScale === 'log' ? Math.max(value, low * 0.1) : value);
  const stroke = { fill: 'none', strokeLinejoin: 'round', clip: true } as const;
  const tips = means.flatMap(({ name, color, mean }) => mean.map((point) => ({ ...point, name, color })));
  return (width) => {
    const xAxis = measureAxis(
      'x',
      { label: over === 'step' ? 'Step' : 'Tokens', meaning: '' },
      xScale,
      xs,
      width - MARGIN.left - MARGIN.right,
      0,
    );
    const yAxis = measureAxis(
      'y',
      { label: curve.label, meaning: '', ...(curve.unit !== '' && { unit: curve.unit }) },
      yScale,
      [low, high],
      HEIGHT - MARGIN.top - MARGIN.bottom,
    );
    return {
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      x: xAxis.scale,
      y: yAxis.scale,
      color: { type: 'identity' },
      marks: [
        ...yAxis.marks,
        ...xAxis.marks,
        Plot.frame({ anchor: 'bottom', stroke: 'var(--line-strong)' }),
        ...(members
          ? lines.flatMap(({ color, members: runs }) => [
              ...runs.map(({ raw }) =>
                Plot.line(placed(raw), {
                  x: 'x',
                  y: 'y',
                  stroke: color,
                  strokeWidth: 1,
                  strokeOpacity: 0.18,
                  ...stroke,
                }),
              ),
              ...runs.map(({ line }) =>
                Plot.line(placed(line), {
                  x: 'x',
                  y: 'y',
                  stroke: color,
                  strokeWidth: 1,
                  strokeOpacity: 0.4,
                  ...stroke,
                }),
              ),
            ])
          : []),
        ...means.map(({ color, mean }) =>
          Plot.areaY(mean, {
            x: 'x',
            y1: ({ low: y }) => clamp(y),
            y2: 'high',
            fill: color,
            fillOpacity: 0.14,
            clip: true,
          }),
        ),
        ...means.map(({ color, mean }) =>
          Plot.line(mean, { x: 'x', y: 'mean', stroke: color, strokeWidth: 2, ...stroke }),
        ),
        Plot.tip(
          tips,
          Plot.pointer({
            x: 'x',
            y: 'mean',
            title: ({ name, x, mean, n, low: from, high: to }) =>
              [
                name,
                `${over === 'step' ? 'Step' : 'Tokens'} ${show(x)}`,
                `Mean ${show(mean)}${n > 1 ? ` [${show(from)}, ${show(to)}]` : ''}`,
                `n = ${n}`,
              ].join('\n'),
            fill: 'var(--surface)',
            stroke: 'var(--line-strong)',
          }),
        ),
      ],
    };
  };
}

/** The range of the values without a small share at each end. */
function middle(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [1, 10];
  const sorted = values.toSorted((a, b) => a - b);
  const skipped = Math.floor(sorted.length * IGNORED);
  return [sorted[skipped]!, sorted[sorted.length - 1 - skipped]!];
}
