import { tickFormatOf, type Measure } from '@sae-lab/measures';
import type { Scale } from './scales.ts';

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface AxesProps {
  readonly frame: Frame;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTitle: string;
  readonly yTitle: string;
  /** What the axes show, which decides how their ticks are written. */
  readonly xMeasure: Measure;
  readonly yMeasure: Measure;
}

/** Grid, tick labels and axis titles of a chart, inside an `<svg>`. */
export function Axes({ frame, x, y, xTitle, yTitle, xMeasure, yMeasure }: AxesProps) {
  const { left, right, top, bottom } = frame;
  const xFormat = tickFormatOf(xMeasure, x.ticks);
  const yFormat = tickFormatOf(yMeasure, y.ticks);
  return (
    <g aria-hidden="true" className="fill-soft text-[11px]">
      {y.ticks.map((tick) => (
        <g key={tick} transform={`translate(0,${y.at(tick)})`}>
          <line x1={left} x2={right} stroke="var(--grid)" />
          <text x={left - 8} dy="0.32em" textAnchor="end">
            {yFormat(tick)}
          </text>
        </g>
      ))}
      {x.ticks.map((tick) => (
        <g key={tick} transform={`translate(${x.at(tick)},0)`}>
          <line y1={bottom} y2={bottom + 4} stroke="var(--line-strong)" />
          <text y={bottom + 17} textAnchor="middle">
            {xFormat(tick)}
          </text>
        </g>
      ))}
      <line x1={left} x2={right} y1={bottom} y2={bottom} stroke="var(--line-strong)" />
      <text x={(left + right) / 2} y={bottom + 36} textAnchor="middle">
        {xTitle}
      </text>
      <text transform={`translate(12,${(top + bottom) / 2}) rotate(-90)`} textAnchor="middle">
        {yTitle}
      </text>
    </g>
  );
}
