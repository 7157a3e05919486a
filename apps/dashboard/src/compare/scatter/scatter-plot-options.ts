import * as Plot from '@observablehq/plot';
import { formatOf } from '@sae-lab/measures';
import type { MarkShape } from '../../charts/mark-path.ts';
import { measureAxis, type MeasureAxis } from '../figure/measure-axis.ts';
import { SYMBOLS } from '../figure/symbols.ts';
import { intervalText } from '../matched/matched-table.ts';
import type { AxisChoice, Front, ScatterEntry } from './scatter-points.ts';

const HEIGHT = 420;
const RADIUS = 5;
const FADED = 0.35;
/** Space of the axes. */
const MARGIN = { left: 64, right: 20, top: 16, bottom: 46 };

interface ScatterOptions {
  readonly entries: readonly ScatterEntry[];
  readonly fronts: readonly Front[] | undefined;
  readonly x: AxisChoice;
  readonly y: AxisChoice;
  /** The configuration whose runs are drawn one by one. */
  readonly open: number | null;
}

/** The marks of the scatter: fronts, intervals, points, the runs of the opened point, and what the pointer is at. */
export function scatterOptions({
  entries,
  fronts,
  x,
  y,
  open,
}: ScatterOptions): (width: number) => Plot.PlotOptions {
  const onFront = fronts && new Set(fronts.flatMap((front) => front.entries));
  const opacity = (entry: ScatterEntry) => (onFront === undefined || onFront.has(entry) ? 1 : FADED);
  const opened = entries.filter(({ configuration }) => configuration === open);
  const ends = (along: 'x' | 'y') =>
    entries.flatMap((entry) => [entry[along].low ?? [], entry[along].high ?? [], entry[along].mean].flat());
  const members = opened.flatMap((entry) =>
    entry.members.map((member) => ({ ...member, color: entry.color })),
  );
  const xs = [
    ...ends('x').filter((value) => x.kind === 'linear' || value > 0),
    ...members.map((member) => member.x),
  ];
  const ys = [
    ...ends('y').filter((value) => y.kind === 'linear' || value > 0),
    ...members.map((member) => member.y),
  ];
  const at = { x: (entry: ScatterEntry) => entry.x.mean, y: (entry: ScatterEntry) => entry.y.mean };
  return (width) => {
    const xAxis = measureAxis('x', x.measure, x.kind, xs, width - MARGIN.left - MARGIN.right);
    const yAxis = measureAxis('y', y.measure, y.kind, ys, HEIGHT - MARGIN.top - MARGIN.bottom);
    const clamp = (value: number, { domain: [low, high] }: MeasureAxis) => {
      return Math.min(high, Math.max(low, value));
    };
    const whiskers = entries.filter((entry) => entry.x.low !== null || entry.y.low !== null);
    return {
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      x: xAxis.scale,
      y: yAxis.scale,
      color: { type: 'identity' },
      opacity: { type: 'identity' },
      marks: [
        ...yAxis.marks,
        ...xAxis.marks,
        Plot.frame({ anchor: 'bottom', stroke: 'var(--line-strong)' }),
        ...(fronts ?? []).map((front) =>
          Plot.line(front.entries, { ...at, stroke: front.color, strokeWidth: 1.5, strokeOpacity: 0.8 }),
        ),
        Plot.ruleX(whiskers, {
          x: at.x,
          y1: (entry: ScatterEntry) => clamp(entry.y.low ?? entry.y.mean, yAxis),
          y2: (entry: ScatterEntry) => clamp(entry.y.high ?? entry.y.mean, yAxis),
          stroke: (entry: ScatterEntry) => entry.color,
          strokeOpacity: opacity,
        }),
        Plot.ruleY(whiskers, {
          y: at.y,
          x1: (entry: ScatterEntry) => clamp(entry.x.low ?? entry.x.mean, xAxis),
          x2: (entry: ScatterEntry) => clamp(entry.x.high ?? entry.x.mean, xAxis),
          stroke: (entry: ScatterEntry) => entry.color,
          strokeOpacity: opacity,
        }),
        ...(Object.keys(SYMBOLS) as MarkShape[]).map((shape) =>
          Plot.dot(
            entries.filter((entry) => entry.shape === shape),
            {
              ...at,
              r: RADIUS,
              symbol: SYMBOLS[shape],
              fill: (entry: ScatterEntry) => entry.color,
              fillOpacity: opacity,
            },
          ),
        ),
        Plot.link(
          opened.flatMap((entry) => entry.members.map((member) => ({ entry, member }))),
          {
            x1: ({ entry }) => entry.x.mean,
            y1: ({ entry }) => entry.y.mean,
            x2: ({ member }) => member.x,
            y2: ({ member }) => member.y,
            stroke: 'var(--line-strong)',
          },
        ),
        Plot.dot(members, {
          x: 'x',
          y: 'y',
          r: 4,
          fill: 'var(--surface)',
          stroke: ({ color }) => color,
          strokeWidth: 1.5,
        }),
        Plot.tip(
          entries,
          Plot.pointer({
            ...at,
            title: (entry: ScatterEntry) => tipOf(entry, x, y),
            fill: 'var(--surface)',
            stroke: 'var(--line-strong)',
            maxRadius: 24,
          }),
        ),
      ],
    };
  };
}

function tipOf(entry: ScatterEntry, x: AxisChoice, y: AxisChoice): string {
  return [
    entry.label,
    `${x.measure.label} ${intervalText(entry.x, formatOf(x.measure))}`,
    `${y.measure.label} ${intervalText(entry.y, formatOf(y.measure))}`,
    entry.members.length > 1 ? `n = ${entry.members.length} seeds, click to see each` : 'n = 1',
  ].join('\n');
}
