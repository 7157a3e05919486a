import * as Plot from '@observablehq/plot';
import type { MarkShape } from '../../charts/mark-path.ts';
import { facetsOf, type Facets } from '../figure/facets.ts';
import { measureAxis, type MeasureAxis } from '../figure/measure-axis.ts';
import { SYMBOLS } from '../figure/symbols.ts';
import type { AxisChoice } from './axis-choice.ts';
import type { Front } from './fronts.ts';
import { drawnValues, type ScatterEntry } from './scatter-points.ts';
import type { ReferenceMark } from './scatter-references.ts';
import { referenceMarksOf } from './reference-marks.ts';
import { tipsOf } from './scatter-tips.ts';

const RADIUS = 5;
const FADED = 0.35;
/** Space of the axes. */
const MARGIN = { left: 64, right: 20, top: 16, bottom: 46 };
/** Above the first row of small multiples, for their titles. */
const TITLE = 14;
const LEAST_FACET_WIDTH = 250;
/** Of a small multiple, as a share of its width, within limits. */
const FACET_HEIGHT = { share: 0.5, least: 230, most: 340 };

interface ScatterOptions {
  readonly entries: readonly ScatterEntry[];
  readonly fronts: readonly Front[] | undefined;
  readonly references: readonly ReferenceMark[];
  /** Names of the small multiples in order; none for one chart. */
  readonly facets: readonly string[];
  /** What they divide by. */
  readonly facetLabel: string;
  readonly x: AxisChoice;
  readonly y: AxisChoice;
  /** The configuration whose runs are drawn one by one. */
  readonly open: number | null;
}

/** Pixels of the chart: wide screens get a taller one, and every row of small multiples the same. */
export function scatterHeight(facets: number, width: number): number {
  if (facets === 0) return Math.round(Math.min(640, Math.max(380, width * 0.4)));
  const { rows, widthOf } = layoutOf(
    Array.from({ length: facets }, (_, index) => String(index)),
    '',
    width,
  );
  const { share, least, most } = FACET_HEIGHT;
  const own = widthOf(width - MARGIN.left - MARGIN.right) * share;
  return Math.round(MARGIN.top + TITLE + MARGIN.bottom + rows * Math.min(most, Math.max(least, own)));
}

/** The marks of the scatter: fronts, references, intervals, points, the runs of the opened point, and what the pointer is at. */
export function scatterOptions(given: ScatterOptions): (width: number) => Plot.PlotOptions {
  const { entries, references, facets: names, facetLabel, x, y, open } = given;
  const values = (along: 'x' | 'y', axis: AxisChoice) => [
    ...drawnValues(entries, along, axis, open),
    ...references.flatMap((mark) => mark[along] ?? []),
  ];
  const [xs, ys] = [values('x', x), values('y', y)];
  return (width) => {
    const facets = layoutOf(names, facetLabel, width);
    const top = MARGIN.top + (names.length > 0 ? TITLE : 0);
    const height = scatterHeight(names.length, width) - top - MARGIN.bottom;
    const size = {
      width: facets.widthOf(width - MARGIN.left - MARGIN.right),
      height: facets.heightOf(height),
    };
    const xAxis = measureAxis('x', x.measure, x.kind, xs, size.width);
    const yAxis = measureAxis('y', y.measure, y.kind, ys, size.height);
    return {
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: top,
      marginBottom: MARGIN.bottom,
      x: xAxis.scale,
      y: yAxis.scale,
      ...facets.scales,
      color: { type: 'identity' },
      opacity: { type: 'identity' },
      marks: [
        ...yAxis.marks,
        ...xAxis.marks,
        Plot.frame({ anchor: 'bottom', stroke: 'var(--line-strong)' }),
        ...facets.titles,
        ...pointMarks(given, { place: facets.place, xAxis, yAxis, ...size }),
      ],
    };
  };
}

function layoutOf(names: readonly string[], label: string, width: number): Facets {
  return facetsOf(names, label, width - MARGIN.left - MARGIN.right, LEAST_FACET_WIDTH);
}

const at = { x: (entry: ScatterEntry) => entry.x.mean, y: (entry: ScatterEntry) => entry.y.mean };

function pointMarks(
  { entries, fronts, references, x, y, open }: ScatterOptions,
  chart: Parameters<typeof referenceMarksOf>[1],
): Plot.Markish[] {
  const { place, xAxis, yAxis } = chart;
  const onFront = fronts && new Set(fronts.flatMap((front) => front.entries));
  const opacity = (entry: ScatterEntry) => (onFront === undefined || onFront.has(entry) ? 1 : FADED);
  const members = entries
    .filter(({ configuration }) => configuration === open)
    .flatMap((entry) =>
      entry.members.map((member) => ({ ...member, entry, facet: entry.facet, color: entry.color })),
    );
  const clamp = (value: number, { domain: [low, high] }: MeasureAxis) => Math.min(high, Math.max(low, value));
  const spread = entries.filter((entry) => entry.x.low !== null || entry.y.low !== null);
  const whisker = { ...place, stroke: (entry: ScatterEntry) => entry.color, strokeOpacity: opacity };
  return [
    ...(fronts ?? []).map((front) =>
      Plot.line(front.entries, {
        ...at,
        ...place,
        stroke: front.color,
        strokeDasharray: front.dash,
        strokeWidth: 1.5,
        strokeOpacity: 0.8,
      }),
    ),
    ...referenceMarksOf(references, chart),
    Plot.ruleX(spread, {
      ...whisker,
      x: at.x,
      y1: (entry: ScatterEntry) => clamp(entry.y.low ?? entry.y.mean, yAxis),
      y2: (entry: ScatterEntry) => clamp(entry.y.high ?? entry.y.mean, yAxis),
    }),
    Plot.ruleY(spread, {
      ...whisker,
      y: at.y,
      x1: (entry: ScatterEntry) => clamp(entry.x.low ?? entry.x.mean, xAxis),
      x2: (entry: ScatterEntry) => clamp(entry.x.high ?? entry.x.mean, xAxis),
    }),
    ...(Object.keys(SYMBOLS) as MarkShape[]).map((shape) =>
      Plot.dot(
        entries.filter((entry) => entry.shape === shape),
        {
          ...at,
          ...place,
          r: RADIUS,
          symbol: SYMBOLS[shape],
          fill: (entry: ScatterEntry) => entry.color,
          fillOpacity: opacity,
        },
      ),
    ),
    Plot.link(members, {
      ...place,
      x1: ({ entry }) => entry.x.mean,
      y1: ({ entry }) => entry.y.mean,
      x2: ({ x: memberX }) => memberX,
      y2: ({ y: memberY }) => memberY,
      stroke: 'var(--line-strong)',
    }),
    Plot.dot(members, {
      ...place,
      x: 'x',
      y: 'y',
      r: 4,
      fill: 'var(--surface)',
      stroke: ({ color }) => color,
      strokeWidth: 1.5,
    }),
    Plot.tip(
      tipsOf(entries, references, x, y),
      Plot.pointer({
        ...place,
        x: 'x',
        y: 'y',
        title: 'text',
        fill: 'var(--surface)',
        stroke: 'var(--line-strong)',
        maxRadius: 24,
      }),
    ),
  ];
}
