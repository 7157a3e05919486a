'use client';

import { FIGURES, inSentence, integer, percent } from '@sae-lab/measures';
import Link from 'next/link';
import { useWidth } from '../../charts/use-width.ts';
import { wrapped } from '../fit-text.ts';
import { gridOf } from '../grid.ts';
import type { Bars, Frame } from './bars.ts';

/** Pixels of one chart: the least width, the height of its parts, and the space between charts. */
const CHART = { least: 150, most: 6, line: 13, plot: 84, axis: 18, gap: 22 };
/** Of the bar of dead latents, with the space around it. */
const DEAD = 32;
const FONT = 11;
const TITLE_LINES = 4;
/** Of the share that the top of the chart stands for, next to the title. */
const PEAK = 40;
const SHARE = percent(0);

interface HistogramChart {
  readonly id: number;
  readonly title: string;
  readonly color: string;
  readonly bars: Bars;
}

interface HistogramGridProps {
  readonly label: string;
  readonly charts: readonly HistogramChart[];
  readonly frame: Frame;
  readonly unit: string;
  readonly tick: (value: number) => string;
}

/** One chart for each run on shared axes, in one SVG, so that all are saved together. */
export function HistogramGrid({ label, charts, frame, unit, tick }: HistogramGridProps) {
  const [box, width] = useWidth<HTMLDivElement>(960);
  const { columns, rows } = gridOf(charts.length, width + CHART.gap, CHART.least + CHART.gap, CHART.most);
  const size = (width - (columns - 1) * CHART.gap) / columns;
  const titles = charts.map(({ title }) =>
    // A seed stays next to its word.
    wrapped(title.replace(/seed (?=\d+$)/, 'seed\u00a0'), size - PEAK, FONT, TITLE_LINES),
  );
  const titleHeight = CHART.line * Math.max(1, ...titles.map((lines) => lines.length)) + 5;
  const height = titleHeight + CHART.plot + CHART.axis + CHART.gap;
  return (
    <div ref={box} className="overflow-x-clip">
      <svg width={width} height={rows * height - CHART.gap} role="group" aria-label={label} className="block">
        {charts.map((chart, index) => (
          <g
            key={chart.id}
            transform={`translate(${(index % columns) * (size + CHART.gap)},${Math.floor(index / columns) * height})`}
            fontSize={FONT}
          >
            <Link href={`/runs/${chart.id}`} prefetch={false}>
              <title>{chart.title}</title>
              {titles[index]!.map((line, row) => (
                <text key={row} y={FONT + row * CHART.line} fill="var(--text)">
                  {line}
                </text>
              ))}
            </Link>
            <g
              transform={`translate(0,${titleHeight})`}
              role="img"
              aria-label={`${chart.title}: ${integer(chart.bars.total)} ${unit}${chart.bars.dead > 0 ? `, ${integer(chart.bars.dead)} dead` : ''}`}
            >
              <HistogramBars chart={chart} frame={frame} width={size} unit={unit} tick={tick} />
            </g>
          </g>
        ))}
      </svg>
    </div>
  );
}

interface HistogramBarsProps extends Pick<HistogramGridProps, 'frame' | 'unit' | 'tick'> {
  readonly width: number;
  readonly chart: HistogramChart;
}

/** The bars of a run. Dead latents are a bar to the left of the axis. */
function HistogramBars({ chart: { bars, color }, frame, width, unit, tick }: HistogramBarsProps) {
  const left = frame.hasDead ? DEAD : 0;
  const base = CHART.plot;
  const at = (value: number) => left + ((value - frame.low) / (frame.high - frame.low)) * (width - left);
  const tall = (share: number) => (share / frame.most) * base;
  return (
    <>
      <line x1={left} x2={width} y1={0.5} y2={0.5} stroke="var(--grid)" />
      <text x={width} y={-4} textAnchor="end" fill="var(--text-soft)" fontSize={10}>
        {SHARE(frame.most)}
      </text>
      {bars.dead > 0 ? (
        <rect
          x={3}
          width={14}
          y={base - tall(bars.deadShare)}
          height={tall(bars.deadShare)}
          fill="var(--line-strong)"
        >
          <title>{`${integer(bars.dead)} ${inSentence(FIGURES.dead_fraction.label)}`}</title>
        </rect>
      ) : null}
      {bars.bins.map(({ from, to, count, share }) => (
        <rect
          key={from}
          x={at(from)}
          width={Math.max(at(to) - at(from) - 0.5, 0.5)}
          y={base - tall(share)}
          height={tall(share)}
          fill={color}
        >
          <title>{`${tick(from)} to ${tick(to)}: ${integer(count)} ${unit}`}</title>
        </rect>
      ))}
      <line x1={left} x2={width} y1={base} y2={base} stroke="var(--line-strong)" />
      {frame.hasDead ? <line x1={0} x2={20} y1={base} y2={base} stroke="var(--line-strong)" /> : null}
      <g aria-hidden="true" fill="var(--text-soft)" fontSize={10}>
        {frame.hasDead ? (
          <text x={0} y={base + 13}>
            dead
          </text>
        ) : null}
        <text x={left} y={base + 13}>
          {tick(frame.low)}
        </text>
        <text x={width} y={base + 13} textAnchor="end">
          {tick(frame.high)}
        </text>
      </g>
    </>
  );
}
