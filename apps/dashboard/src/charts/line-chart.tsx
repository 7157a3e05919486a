'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
// oxlint-disable-next-line import/no-unassigned-import -- must come before uPlot
import './valid-language.ts';
import uPlot from 'uplot';
import { formatOf, NOTHING, short, tickFormatOf, type Measure } from '@sae-lab/measures';
import type { Points } from './downsample.ts';
import { linearRange, logRange, markOutside, WHOLE_STEPS } from './line-axes.ts';
import { OutsideCaption } from './outside-caption.tsx';
import { typicalRange } from './typical-range.ts';
import { useAppliedTheme } from './use-applied-theme.ts';
import { useWidth } from './use-width.ts';

export interface Line extends Points {
  readonly label: string;
  /** A CSS colour, possibly a variable. */
  readonly color: string;
}

interface LineChartProps {
  readonly label: string;
  readonly lines: readonly Line[];
  /** What the lines show, which decides how values are written. */
  readonly measure: Measure;
  readonly xTitle: string;
  /** Absent where a heading says what is shown. */
  readonly yTitle?: string;
  readonly log?: boolean;
  /** Whether the axis shows extreme points too, such as those of the first steps. */
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
  /** Height of the plot in pixels, without the legend below it. */
  readonly height?: number;
  /** Charts of one group share their cursor. */
  readonly group?: string;
}

/** Approximate size of a legend entry in pixels, to reserve its space before uPlot draws it. */
const LEGEND_ROW = 28;
const LEGEND_ENTRY = 160;

/** uPlot declares this enum in its types only. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr.Logarithmic;

/** Curves over steps. Values that are not finite, or not positive on a log scale, leave a gap that a caption counts. */
export function LineChart({
  label,
  lines,
  measure,
  all,
  onAll,
  xTitle,
  yTitle,
  log = false,
  height = 240,
  group,
}: LineChartProps) {
  const [box, width] = useWidth<HTMLDivElement>(INITIAL_WIDTH);
  const theme = useAppliedTheme();
  const plot = useRef<uPlot>(undefined);
  const drawn = lines.map(({ values }) => values.filter((value) => drawable(value, log)));
  const shape = JSON.stringify([
    measure,
    ...lines.map((line, index) => [line.label, line.color, drawn[index]!.length === 1]),
  ]);
  const isEmpty = drawn.every((values) => values.length === 0);
  const typical = log || measure.form === 'count' ? undefined : typicalRange(drawn);
  // The plot outlives changes of its data.
  const clip = useRef(typical);
  clip.current = all ? undefined : typical;
  const [from, to] = typical ?? [];
  const show = (measure.form ?? 'significant') === 'significant' ? short(4) : formatOf(measure);

  useEffect(() => {
    const element = box.current;
    if (!element || isEmpty) return;
    const resolve = (color: string) => resolvedColor(element, color);
    const axis = (title: string | undefined, size: number): uPlot.Axis => ({
      ...(title !== undefined && { label: title }),
      labelSize: 18,
      labelFont: `11px ${getComputedStyle(element).fontFamily}`,
      font: `11px ${getComputedStyle(element).fontFamily}`,
      size,
      stroke: resolve('var(--text-soft)'),
      grid: { stroke: resolve('var(--grid)'), width: 1 },
      ticks: { stroke: resolve('var(--grid)'), width: 1, size: 4 },
    });
    const created = new uPlot(
      {
        // A hidden element has no width yet.
        width: element.clientWidth || INITIAL_WIDTH,
        height,
        cursor: { ...(group !== undefined && { sync: { key: group } }), points: { size: 6 } },
        scales: {
          x: { time: false, range: (_, first, last) => [first, Math.max(last, first + 1)] },
          y: log
            ? { distr: LOGARITHMIC, range: logRange }
            : { range: (_, low, high) => linearRange(measure, ...(clip.current ?? ([low, high] as const))) },
        },
        axes: [
          {
            ...axis(xTitle, 30),
            space: 64,
            incrs: WHOLE_STEPS,
            values: (_, ticks) => ticks.map(tickFormatOf(STEPS, ticks)),
          },
          {
            ...axis(yTitle, 52),
            size: (_, texts) => widthOf(texts),
            ...(measure.form === 'count' && { incrs: WHOLE_STEPS }),
            values: (_, ticks) => {
              const format = tickFormatOf(
                measure,
                ticks.filter((tick) => tick !== null),
              );
              return ticks.map((tick) => (tick === null ? '' : format(tick)));
            },
          },
        ],
        hooks: { draw: [(uplot) => clip.current && markOutside(uplot)] },
        series: [
          {
            label: xTitle,
            value: ({ data: [steps] }, step, _, index) =>
              String((index === null ? steps.at(-1) : step) ?? NOTHING),
          },
          ...lines.map((line): uPlot.Series => ({
            label: line.label,
            stroke: resolve(line.color),
            width: 1.5,
            // A line needs two points.
            points: { show: line.values.filter((value) => drawable(value, log)).length === 1 },
            // Without a pointer, the legend has the last values.
            value: ({ data }, value, series, index) => show(index === null ? lastOf(data[series]!) : value),
          })),
        ],
      },
      aligned(lines, log),
      element,
    );
    plot.current = created;
    return () => {
      plot.current = undefined;
      created.destroy();
    };
    // Rebuilt when the theme or the set of lines changes. New points are set by the effect below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [box, theme, log, height, group, xTitle, yTitle, shape, isEmpty]);

  useEffect(() => plot.current?.setSize({ width, height }), [width, height]);
  useEffect(() => plot.current?.setData(aligned(lines, log)), [lines, log, from, to, all]);

  const gaps = lines.reduce(
    (sum, { values }) => sum + values.filter((value) => !drawable(value, log)).length,
    0,
  );
  const legend = Math.ceil((lines.length + 1) / Math.max(1, Math.floor(width / LEGEND_ENTRY))) * LEGEND_ROW;
  return (
    <figure>
      {isEmpty ? <p className="text-[13px] text-soft">{emptyText(gaps, log)}</p> : null}
      <div
        ref={box}
        role="img"
        aria-label={`${label}: ${lines.map((line) => `${line.label} ends at ${show(line.values.at(-1))}`).join(', ')}`}
        className={isEmpty ? 'hidden' : 'overflow-x-clip'}
        style={{ minHeight: height + legend }}
      />
      {typical === undefined ? null : (
        <OutsideCaption
          count={drawn.flat().filter((value) => value < typical[0] || value > typical[1]).length}
          all={all}
          onAll={onAll}
        />
      )}
      {gaps > 0 && !isEmpty ? (
        <figcaption className="text-xs text-soft">
          {gaps === 1 ? '1 value is' : `${gaps} values are`} not drawn: NaN
          {log ? ', infinite or not positive' : ' or infinite'}.
        </figcaption>
      ) : null}
    </figure>
  );
}

function emptyText(gaps: number, log: boolean): string {
  if (gaps === 0) return 'No value yet.';
  return log ? 'No value can be drawn on a log scale.' : 'No value can be drawn: all are NaN or infinite.';
}

/** The width of the tick labels of a vertical axis, in pixels. */
function widthOf(texts: readonly string[] | null): number {
  const longest = (texts ?? []).reduce((most, text) => Math.max(most, text.length), 0);
  return Math.max(40, longest * CHARACTER + 14);
}

const CHARACTER = 6.5;
const STEPS: Measure = { label: '', form: 'count', meaning: '' };
const INITIAL_WIDTH = 520;

function lastOf(values: uPlot.AlignedData[number]): number | null {
  return (
    (values as readonly (number | null | undefined)[]).findLast((value) => typeof value === 'number') ?? null
  );
}

const drawable = (value: number, log: boolean) => Number.isFinite(value) && (!log || value > 0);

/** All lines as one table over the union of their steps. */
function aligned(lines: readonly Line[], log: boolean): uPlot.AlignedData {
  if (lines.length === 0) return [[]];
  return uPlot.join(
    lines.map(({ steps, values }) => [
      [...steps],
      values.map((value) => (drawable(value, log) ? value : null)),
    ]),
  );
}

/** A canvas cannot resolve CSS variables. */
function resolvedColor(element: HTMLElement, color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
