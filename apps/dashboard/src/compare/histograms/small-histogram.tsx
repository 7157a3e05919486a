'use client';

import { FIGURES, inSentence, integer } from '@sae-lab/measures';
import Link from 'next/link';
import type { Bars, Frame } from './bars.ts';

const WIDTH = 240;
const HEIGHT = 96;
const BASE = HEIGHT - 16;

interface SmallHistogramProps {
  readonly bars: Bars;
  readonly frame: Frame;
  readonly color: string;
  readonly title: string;
  readonly href: string;
  readonly unit: string;
  readonly tick: (value: number) => string;
}

/** One run's histogram, on the axes that all of them share. Dead latents are a bar to the left of the axis. */
export function SmallHistogram({ bars, frame, color, title, href, unit, tick }: SmallHistogramProps) {
  const left = frame.hasDead ? 22 : 0;
  const at = (value: number) => left + ((value - frame.low) / (frame.high - frame.low)) * (WIDTH - left);
  const tall = (share: number) => (share / frame.most) * (BASE - 4);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 truncate text-xs" title={title}>
        <Link href={href} prefetch={false} className="hover:underline">
          {title}
        </Link>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className="w-full"
        role="img"
        aria-label={`${title}: ${integer(bars.total)} ${unit}${bars.dead > 0 ? `, ${integer(bars.dead)} dead` : ''}`}
      >
        {bars.dead > 0 ? (
          <rect
            x={2}
            width={12}
            y={BASE - tall(bars.deadShare)}
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
            y={BASE - tall(share)}
            height={tall(share)}
            fill={color}
          >
            <title>{`${tick(from)} to ${tick(to)}: ${integer(count)} ${unit}`}</title>
          </rect>
        ))}
        <line x1={left} x2={WIDTH} y1={BASE} y2={BASE} stroke="var(--line-strong)" />
        <g className="fill-soft text-[10px]" aria-hidden="true">
          {frame.hasDead ? (
            <text x={0} y={HEIGHT - 4}>
              dead
            </text>
          ) : null}
          <text x={frame.hasDead ? left + 12 : left} y={HEIGHT - 4}>
            {tick(frame.low)}
          </text>
          <text x={WIDTH} y={HEIGHT - 4} textAnchor="end">
            {tick(frame.high)}
          </text>
        </g>
      </svg>
    </figure>
  );
}
