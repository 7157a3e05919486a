'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
// oxlint-disable-next-line import/no-unassigned-import -- must come before uPlot
import './valid-language.ts';
import uPlot from 'uplot';
import { short } from '@sae-lab/measures';
import type { Curve } from './downsample.ts';
import { paddedDomain } from './scales.ts';
import { useTheme } from './use-theme.ts';
import { useWidth } from './use-width.ts';

export interface Line extends Curve {
  readonly label: string;
  /** A CSS colour, which may name a token. */
  readonly color: string;
}

interface LineChartProps {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly log?: boolean;
  /** Pixels of the drawing; the legend takes its own below. */
  readonly height?: number;
  /** Charts of one group move their cursors together. */
  readonly group?: string;
}

/** Pixels that an entry of the legend takes, about: room is kept for it before it is drawn. */
const LEGEND_ROW = 28;
const LEGEND_ENTRY = 150;

/** uPlot's enum is in its types only. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr.Logarithmic;

const show = short(4);

/** Curves over steps. What is not finite, or not positive on a log scale, is a gap and said below. */
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
  const theme = useTheme();
  const plot = useRef<uPlot>(undefined);
  const shape = JSON.stringify(lines.map(({ label, color }) => [label, color]));

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const resolve = (color: string) => resolvedColor(element, color);
    const axis = (title: string, size: number): uPlot.Axis => ({
      label: title,
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
          { label: xTitle, value: (_, step) => (step === null ? '–' : String(step)) },
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
    // New points are set below; only what the plot is built from, colours by their theme included, builds it anew.
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
        aria-label={`${label}: ${lines.map(({ label, values }) => `${label} ends at ${show(values.at(-1))}`).join(', ')}`}
        className="overflow-x-clip"
        style={{ minHeight: height + legend }}
      />
      {gaps > 0 ? (
        <figcaption className="text-xs text-soft">
          {gaps === 1 ? '1 value leaves' : `${gaps} values leave`} a gap: NaN
          {log ? ', infinite or not positive' : ' or infinite'}.
        </figcaption>
      ) : null}
    </figure>
  );
}

const drawable = (value: number, log: boolean) => Number.isFinite(value) && (!log || value > 0);

/** One table of all lines over the union of their steps. */
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
  // One that is constant but for rounding looks so.
  const isFlat = high - low < 1e-3 * Math.max(Math.abs(low), Math.abs(high));
  const room = isFlat ? Math.abs(high) * 0.1 : (high - low) * 0.06 || 1;
  // A quantity that never goes below 0 gets no axis that does.
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
};

const logRange: uPlot.Range.Function = (_, low, high) => {
  if (low === null || high === null || low <= 0) return [1, 10];
  const [from, to] = paddedDomain([low, high], 'log');
  return [from, to];
};

/** A canvas knows nothing of CSS variables. */
function resolvedColor(element: HTMLElement, color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
