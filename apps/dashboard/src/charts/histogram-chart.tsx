'use client';

import { axisFormatOf, capitalised, integer, type Measure } from '@sae-lab/measures';
import { Axes, type Frame } from './axes.tsx';
import { makeScale, paddedDomain } from './scales.ts';
import { Tooltip } from './tooltip.tsx';
import { useRovingIndex } from './use-roving-index.ts';
import { useWidth } from './use-width.ts';

interface HistogramChartProps {
  readonly label: string;
  /** `counts[i]` is the number of values between `edges[i]` and `edges[i + 1]`. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly xTitle: string;
  /** What the axis shows. The bins of a count are written as the integers in them. */
  readonly measure: Measure;
  /** What is counted, e.g. `tokens`. */
  readonly unit: string;
  /** Counts on a log scale, where a count of 1 is still visible and an empty bin has no bar. */
  readonly log?: boolean;
  readonly color: string;
  readonly height?: number;
}

const COUNT: Measure = { label: '', form: 'count', meaning: '' };

/** Width of a digit of a tick label, in pixels. */
const TICK_CHARACTER = 6.5;

export function HistogramChart({
  label,
  edges,
  counts,
  xTitle,
  measure,
  unit,
  log = false,
  color,
  height = 250,
}: HistogramChartProps) {
  const [box, width] = useWidth<HTMLDivElement>(520);
  const roving = useRovingIndex(counts.length);
  const most = Math.max(1, ...counts);
  // Counts, with their title to the left of them.
  const labelWidth = integer(most).length * TICK_CHARACTER;
  const frame: Frame = {
    left: Math.max(64, labelWidth + 32),
    right: width - 12,
    top: 10,
    bottom: height - 46,
  };
  const x = makeScale({
    kind: 'linear',
    domain: paddedDomain(edges, 'linear', 0),
    range: [frame.left, frame.right],
    spacing: 56,
    whole: measure.form === 'count',
  });
  const y = makeScale({
    kind: log ? 'log' : 'linear',
    domain: log ? [0.5, most * 1.5] : [0, most * 1.05],
    range: [frame.bottom, frame.top],
    spacing: 32,
    whole: true,
  });
  const heightOf = (count: number) => (count === 0 ? 0 : frame.bottom - y.at(count));
  const { active } = roving;
  const binText = (bin: number) =>
    `${xTitle} ${rangeText(edges, bin, measure)}: ${integer(counts[bin])} ${unit}`;
  const centre = active === undefined ? 0 : (x.at(edges[active]!) + x.at(edges[active + 1]!)) / 2;

  return (
    <div
      ref={box}
      className="relative overflow-x-clip"
      style={{ height }}
      onMouseLeave={() => roving.setActive(undefined)}
    >
      <svg
        width={width}
        height={height}
        // Arrow keys move from bin to bin; screen readers announce each.
        role="slider"
        aria-valuemin={0}
        aria-valuemax={counts.length - 1}
        aria-valuenow={active ?? 0}
        aria-valuetext={binText(active ?? 0)}
        aria-label={`${label}: ${summary(edges, counts, measure, unit)}`}
        tabIndex={0}
        onKeyDown={roving.onKeyDown}
        onBlur={() => roving.setActive(undefined)}
      >
        <Axes
          frame={frame}
          x={x}
          y={y}
          xTitle={capitalised(xTitle)}
          yTitle={capitalised(log ? `${unit} (log scale)` : unit)}
          xMeasure={measure}
          yMeasure={COUNT}
        />
        {counts.map((count, bin) => {
          const [from, to] = [x.at(edges[bin]!), x.at(edges[bin + 1]!)];
          return (
            <g key={bin} onMouseEnter={() => roving.setActive(bin)}>
              <rect
                x={from}
                y={frame.top}
                width={to - from}
                height={frame.bottom - frame.top}
                fill="transparent"
              />
              <rect
                x={from + 0.5}
                y={frame.bottom - heightOf(count)}
                width={Math.max(to - from - 1, 0.5)}
                height={heightOf(count)}
                fill={color}
                fillOpacity={active === undefined || active === bin ? 0.9 : 0.5}
              />
            </g>
          );
        })}
      </svg>
      {active === undefined ? null : (
        <Tooltip
          x={centre}
          y={Math.min(frame.bottom - heightOf(counts[active]!), frame.bottom - 24) + 8}
          width={width}
        >
          <div className="text-soft">
            {xTitle} {rangeText(edges, active, measure)}
          </div>
          <div className="font-medium">
            {integer(counts[active])} {unit}
          </div>
        </Tooltip>
      )}
    </div>
  );
}

/** The values in a bin: from one edge to the next, or the integers between them for a count. */
function rangeText(edges: readonly number[], bin: number, measure: Measure): string {
  const [from, to] = [edges[bin]!, edges[bin + 1]!];
  const isLast = bin === edges.length - 2;
  const [first, last] = [Math.ceil(from), isLast ? Math.floor(to) : Math.ceil(to) - 1];
  if (measure.form === 'count' && first <= last) {
    return first === last ? integer(first) : `${integer(first)} to ${integer(last)}`;
  }
  const format = axisFormatOf(measure.form === 'count' ? { label: measure.label, meaning: '' } : measure);
  return `${format(from)} to ${format(to)}`;
}

function summary(
  edges: readonly number[],
  counts: readonly number[],
  measure: Measure,
  unit: string,
): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return `no ${unit}`;
  const fullest = counts.indexOf(Math.max(...counts));
  return `${integer(total)} ${unit}; the fullest bin is ${rangeText(edges, fullest, measure)}`;
}
