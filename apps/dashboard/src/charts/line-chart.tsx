'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
// oxlint-disable-next-line import/no-unassigned-import -- must come before uPlot
import './valid-language.ts';
import uPlot from 'uplot';
import { NOTHING, short } from '@sae-lab/measures';
import type { Points } from './downsample.ts';
import { paddedDomain } from './scales.ts';
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
  readonly xTitle: string;
  /** Absent where a heading says what is shown. */
  readonly yTitle?: string;
  readonly log?: boolean;
  /** Height of the plot in pixels, without the legend below it. */
  readonly height?: number;
  /** Charts of one group share their cursor. */
  readonly group?: string;
}

/** Approximate size of a legend entry in pixels, to reserve its space before uPlot draws it. */
const LEGEND_ROW = 28;
const LEGEND_ENTRY = 150;

/** uPlot declares this enum in its types only. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr.Logarithmic;

const show = short(4);

/** Curves over steps. Values that are not finite, or not positive on a log scale, leave a gap that a caption counts. */
export function LineChart({
  label,
  lines,
  xTitle,
  yTitle,
  log = false,
  height = 240,
  group,
}: LineChartProps) {
  const [box, width] = useWidth<HTMLDivElement>(520);
  const theme = useAppliedTheme();
  const plot = useRef<uPlot>(undefined);
  const shape = JSON.stringify(lines.map((line) => [line.label, line.color]));

  useEffect(() => {
    const element = box.current;
    if (!element) return;
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
    const drawn = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { ...(group !== undefined && { sync: { key: group } }), points: { size: 6 } },
        scales: {
          x: { time: false },
          y: log ? { distr: LOGARITHMIC, range: logRange } : { range: linearRange },
        },
        axes: [
          { ...axis(xTitle, 30), space: 64, values: (_, ticks) => ticks.map((tick) => show(tick)) },
          {
            ...axis(yTitle, 52),
            values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : show(tick))),
          },
        ],
        series: [
          { label: xTitle, value: (_, step) => (step === null ? NOTHING : String(step)) },
          ...lines.map((line): uPlot.Series => ({
            label: line.label,
            stroke: resolve(line.color),
            width: 1.5,
            points: { show: line.steps.length === 1 },
            value: (_, value) => show(value),
          })),
        ],
      },
      aligned(lines, log),
      element,
    );
    plot.current = drawn;
    return () => {
      plot.current = undefined;
      drawn.destroy();
    };
    // Rebuilt when the theme or the set of lines changes. New points are set by the effect below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [box, theme, log, height, group, xTitle, yTitle, shape]);

  useEffect(() => plot.current?.setSize({ width, height }), [width, height]);
  useEffect(() => plot.current?.setData(aligned(lines, log)), [lines, log]);

  const gaps = lines.reduce(
    (sum, { values }) => sum + values.filter((value) => !drawable(value, log)).length,
    0,
  );
  const legend = Math.ceil(((lines.length + 1) * LEGEND_ENTRY) / width) * LEGEND_ROW;
  return (
    <figure>
      <div
        ref={box}
        role="img"
        aria-label={`${label}: ${lines.map((line) => `${line.label} ends at ${show(line.values.at(-1))}`).join(', ')}`}
        className="overflow-x-clip"
        style={{ minHeight: height + legend }}
      />
      {gaps > 0 ? (
        <figcaption className="text-xs text-soft">
          {gaps === 1 ? '1 value is' : `${gaps} values are`} not drawn: NaN
          {log ? ', infinite or not positive' : ' or infinite'}.
        </figcaption>
      ) : null}
    </figure>
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

const linearRange: uPlot.Range.Function = (_, low, high) => {
  if (low === null || high === null) return [0, 1];
  // A curve that varies only by rounding should look constant.
  const isFlat = high - low < 1e-3 * Math.max(Math.abs(low), Math.abs(high));
  const room = isFlat ? Math.abs(high) * 0.1 : (high - low) * 0.06 || 1;
  // The axis of a non-negative quantity does not extend below 0.
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
};

const logRange: uPlot.Range.Function = (_, low, high) => {
  if (low === null || high === null || low <= 0) return [1, 10];
  const [from, to] = paddedDomain([low, high], 'log');
  return [from, to];
};

/** A canvas cannot resolve CSS variables. */
function resolvedColor(element: HTMLElement, color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
