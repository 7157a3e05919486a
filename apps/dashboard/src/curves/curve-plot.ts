import type uPlot from 'uplot';
import { tickFormatOf, type Measure } from '@sae-lab/measures';
import { markOutside, WHOLE_STEPS } from '../charts/line-axes.ts';
import { makeScale, type ScaleKind } from '../charts/scales.ts';
import type { Range } from './axis-range.ts';
import type { PlotData, PlotLine } from './plot-data.ts';

/** What is under the pointer, or under that of a linked chart. */
export interface CurveCursor {
  /** In the list of x. */
  readonly index: number;
  /** The line that the pointer is close to, with its place in the chart. */
  readonly near:
    | {
        readonly line: PlotLine;
        readonly left: number;
        readonly top: number;
        /** Of the chart. */
        readonly width: number;
      }
    | undefined;
}

export interface CurveCanvasProps {
  /** For screen readers. */
  readonly label: string;
  readonly data: PlotData;
  readonly x: { readonly measure: Measure; readonly range: Range; readonly scale: ScaleKind };
  readonly y: {
    readonly measure: Measure;
    readonly title: string | undefined;
    readonly range: Range;
    readonly scale: ScaleKind;
    /** Whether points outside of the range are marked. */
    readonly clipped: boolean;
  };
  readonly height: number;
  /** Charts of one group share their cursor. */
  readonly group: string;
  readonly onCursor: (cursor: CurveCursor | undefined) => void;
  /** Called with the part of x that was dragged over; undefined for all of it. */
  readonly onZoom: (range: Range | undefined) => void;
}

/** uPlot declares this enum in its types only. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr.Logarithmic;
/** CSS pixels. */
const CHARACTER = 6.5;
const LEAST_DRAG = 6;
const NEAR = 24;
const SPACING = { x: 64, y: 32 };

/** How each kind of line is drawn. */
const STROKES = {
  raw: { width: 1, opacity: 0.25 },
  run: { width: 1, opacity: 0.5 },
  main: { width: 2, opacity: 1 },
  edge: { width: 0, opacity: 0 },
};
const BAND_OPACITY = 0.16;

/**
 * How uPlot draws the curves.
 *
 * @param current what is shown now; the plot outlives changes of it
 */
export function plotOptions(
  element: HTMLElement,
  width: number,
  current: { readonly current: CurveCanvasProps },
): uPlot.Options {
  const { data, x, y, height, group } = current.current;
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const resolve = (color: string, opacity = 1): string => resolvedColor(element, color, opacity);
  const axis = (title: string | undefined): uPlot.Axis => ({
    ...(title !== undefined && { label: title }),
    labelSize: 18,
    labelFont: font,
    font,
    stroke: resolve('var(--text-soft)'),
    grid: { stroke: resolve('var(--grid)'), width: 1 },
    ticks: { stroke: resolve('var(--grid)'), width: 1, size: 4 },
    // On log axes, uPlot would leave out the texts of some ticks.
    filter: (_, splits) => splits,
  });
  const scaleOf = (axisOf: 'x' | 'y'): uPlot.Scale => ({
    time: false,
    ...(current.current[axisOf].scale === 'log' && { distr: LOGARITHMIC }),
    range: () => [...current.current[axisOf].range] as uPlot.Range.MinMax,
  });
  return {
    width,
    height,
    legend: { show: false },
    cursor: {
      // Only the means have a point at the cursor: dozens of them would hide the lines.
      points: { size: (_, index) => (data.lines[index - 1]?.kind === 'main' ? 6 : 0) },
      drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
      // Of linked charts, one zooms for all.
      sync: { key: group, filters: { pub: isMove, sub: isMove } },
      bind: {
        dblclick: () => () => {
          current.current.onZoom(undefined);
          return null;
        },
      },
    },
    scales: { x: scaleOf('x'), y: scaleOf('y') },
    axes: [
      {
        ...axis(titleOf(x.measure)),
        size: 30,
        space: SPACING.x,
        ...(x.scale === 'log' && { splits: logSplits(SPACING.x) }),
        ...(x.measure.form === 'count' && x.scale === 'linear' && { incrs: WHOLE_STEPS }),
        values: (_, ticks) => textsOf(x.measure, ticks),
      },
      {
        ...axis(y.title),
        size: (_, texts) => widthOf(texts),
        ...(y.scale === 'log' && { splits: logSplits(SPACING.y) }),
        ...(y.measure.form === 'count' && y.scale === 'linear' && { incrs: WHOLE_STEPS }),
        values: (_, ticks) => textsOf(y.measure, ticks),
      },
    ],
    hooks: {
      draw: [(plot) => current.current.y.clipped && markOutside(plot)],
      setCursor: [(plot) => current.current.onCursor(cursorOf(plot, current.current.data))],
      setSelect: [
        (plot) => {
          const { left, width: dragged } = plot.select;
          if (dragged < LEAST_DRAG) return;
          const range: Range = [plot.posToVal(left, 'x'), plot.posToVal(left + dragged, 'x')];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          current.current.onZoom(range);
        },
      ],
    },
    series: [
      {},
      ...data.lines.map(({ kind, color, dash, values }): uPlot.Series => {
        const { width: thickness, opacity } = STROKES[kind];
        return {
          stroke: kind === 'edge' ? 'transparent' : resolve(color, opacity),
          width: thickness,
          ...(dash !== '' && { dash: dash.split(' ').map((length) => Number(length) * devicePixelRatio) }),
          // A line needs two points.
          points: { show: kind !== 'edge' && isSingle(values) },
        };
      }),
    ],
    bands: data.lines.flatMap(({ kind, color }, index) =>
      kind === 'edge' && data.lines[index + 1]?.kind === 'edge'
        ? [{ series: [index + 2, index + 1] as [number, number], fill: resolve(color, BAND_OPACITY) }]
        : [],
    ),
  };
}

function cursorOf(plot: uPlot, { lines }: PlotData): CurveCursor | undefined {
  const { idx, left = -1, top = -1 } = plot.cursor;
  if (idx === null || idx === undefined || left < 0) return undefined;
  let near: CurveCursor['near'];
  let least = NEAR;
  // A linked chart knows where x is, but the pointer is not in it.
  if (plot.cursor.event !== undefined && plot.over.matches(':hover')) {
    for (const line of lines) {
      const value = line.kind === 'edge' || line.kind === 'raw' ? undefined : line.values[idx];
      if (value === null || value === undefined) continue;
      const at = plot.valToPos(value, 'y');
      if (Math.abs(at - top) >= least) continue;
      least = Math.abs(at - top);
      near = {
        line,
        left: plot.valToPos(plot.data[0][idx]!, 'x') + plot.over.offsetLeft,
        top: at,
        width: plot.width,
      };
    }
  }
  return { index: idx, near };
}

/** Round numbers on a log axis. */
function logSplits(spacing: number): uPlot.Axis.Splits {
  return ({ bbox }, axisIndex, low, high) => {
    const length = (axisIndex === 0 ? bbox.width : bbox.height) / devicePixelRatio;
    return [...makeScale({ kind: 'log', domain: [low, high], range: [0, length], spacing }).ticks];
  };
}

function isMove(type: string): boolean {
  return type === 'mousemove' || type === 'mouseleave';
}

export function isSingle(values: PlotLine['values']): boolean {
  return values.filter((value) => typeof value === 'number').length === 1;
}

export function alignedOf({ x, lines }: PlotData): uPlot.AlignedData {
  return [[...x], ...lines.map(({ values }) => values)];
}

function titleOf({ label, unit }: Measure): string {
  return unit === undefined ? label : `${label} (${unit})`;
}

function textsOf(measure: Measure, ticks: readonly (number | null)[]): string[] {
  const format = tickFormatOf(
    measure,
    ticks.filter((tick) => tick !== null),
  );
  return ticks.map((tick) => (tick === null ? '' : format(tick)));
}

/** The width of the tick labels of a vertical axis, in pixels. */
function widthOf(texts: readonly string[] | null): number {
  const longest = (texts ?? []).reduce((most, text) => Math.max(most, text.length), 0);
  return Math.max(40, longest * CHARACTER + 14);
}

/** A canvas cannot resolve CSS variables. */
function resolvedColor(element: HTMLElement, color: string, opacity: number): string {
  const probe = document.createElement('span');
  probe.style.color = `color-mix(in srgb, ${color} ${opacity * 100}%, transparent)`;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
