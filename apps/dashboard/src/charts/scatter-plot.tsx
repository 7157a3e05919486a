'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { formatOf, integer, roundingOf, type Format, type Measure } from '@sae-lab/measures';
import { Axes, type Frame } from './axes.tsx';
import { markPath, type MarkShape } from './mark-path.ts';
import { paretoFront } from './pareto-front.ts';
import { isOnScale, makeScale, type ScaleKind } from './scales.ts';
import { thinPoints } from './thin-points.ts';
import { Tooltip } from './tooltip.tsx';
import { useMounted } from './use-mounted.ts';
import { useRovingIndex } from './use-roving-index.ts';
import { useWidth } from './use-width.ts';

export interface ScatterPoint {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  /** Half lengths of the whiskers, in axis units. */
  readonly xSpread?: number | null;
  readonly ySpread?: number | null;
  /** Points of one group share their style and a Pareto front. */
  readonly group: string;
  readonly style: { readonly color: string; readonly shape: MarkShape };
  readonly title: string;
  readonly href: string;
  /** Where the key l leads. */
  readonly latentsHref?: string;
}

interface ScatterAxis {
  readonly measure: Measure;
  readonly title: string;
  readonly kind: ScaleKind;
  readonly domain: readonly [number, number];
}

interface ScatterPlotProps {
  /** What the chart shows, for screen readers. */
  readonly label: string;
  readonly points: readonly ScatterPoint[];
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  readonly height?: number;
}

/** Browsers are slow with more, and the marks would cover each other. */
const MOST_MARKS = 1000;

/** Points and the Pareto front of each group. Smaller x and larger y are better. */
export function ScatterPlot({ label, points, x, y, height = 340 }: ScatterPlotProps) {
  const [box, width] = useWidth<HTMLDivElement>(560);
  const marks = useRef(new Map<number, SVGAElement>());
  const mounted = useMounted();
  const placed = points.filter((point) => isOnScale(x.kind, point.x) && isOnScale(y.kind, point.y));
  const frame: Frame = { left: 58, right: width - 12, top: 10, bottom: height - 46 };
  const xScale = makeScale({ ...x, range: [frame.left, frame.right], spacing: 44 });
  const yScale = makeScale({ ...y, range: [frame.bottom, frame.top], spacing: 48 });
  const groups = Map.groupBy(placed, ({ group }) => group);
  const rounding = {
    x: roundingOf(x.measure, x.domain[1]),
    y: roundingOf(y.measure, y.domain[1]),
  };
  const [xFormat, yFormat] = [formatOf(x.measure), formatOf(y.measure)];
  const [xName, yName] = [x.measure.label, y.measure.label];
  const fronts = [...groups].map(([group, members]) => ({
    group,
    front: paretoFront(members, rounding),
    color: members[0]!.style.color,
  }));
  const onFront = new Set(fronts.flatMap(({ front }) => front.map(({ key }) => key)));
  const drawn = thinPoints(
    mounted ? placed.map((point) => ({ ...point, cx: xScale.at(point.x), cy: yScale.at(point.y) })) : [],
    MOST_MARKS,
    ({ key }) => onFront.has(key),
    // The order in which the arrow keys visit them.
  ).toSorted((a, b) => a.x - b.x || a.y - b.y);
  const roving = useRovingIndex(drawn.length, (index) => marks.current.get(index)?.focus());
  const left = points.length - placed.length;
  const active = roving.active === undefined ? undefined : drawn[roving.active];
  const latentsHref = active?.latentsHref;
  const router = useRouter();
  useEffect(() => {
    if (latentsHref === undefined) return;
    const onKey = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
      if (key === 'l' && !ctrlKey && !metaKey && !altKey) router.push(latentsHref);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [latentsHref, router]);

  return (
    <figure>
      <div
        ref={box}
        className="relative overflow-x-clip"
        style={{ height }}
        onMouseLeave={() => roving.setActive(undefined)}
      >
        <svg width={width} height={height} role="group" aria-label={label}>
          <Axes
            frame={frame}
            x={xScale}
            y={yScale}
            xTitle={x.title}
            yTitle={y.title}
            xMeasure={x.measure}
            yMeasure={y.measure}
          />
          {fronts.map(({ group, front, color }) => (
            <polyline
              key={group}
              points={front.map((point) => `${xScale.at(point.x)},${yScale.at(point.y)}`).join(' ')}
              fill="none"
              stroke={color}
              strokeWidth={1.5}
              strokeOpacity={0.55}
            />
          ))}
          {drawn.map((point, index) => {
            const { color, shape } = point.style;
            const { cx, cy } = point;
            return (
              <Link
                key={point.key}
                ref={(element: HTMLAnchorElement | null) => {
                  if (element) marks.current.set(index, element as unknown as SVGAElement);
                  else marks.current.delete(index);
                }}
                href={point.href}
                prefetch={false}
                tabIndex={index === (roving.active ?? 0) ? 0 : -1}
                aria-label={`${point.title}, ${xName} ${xFormat(point.x)}, ${yName} ${yFormat(point.y)}`}
                onMouseEnter={() => roving.setActive(index)}
                onKeyDown={roving.onKeyDown}
                onFocus={() => roving.setActive(index)}
                onBlur={() => roving.setActive(undefined)}
              >
                <g transform={`translate(${cx},${cy})`} fill={color} stroke={color}>
                  {isVisible(point.xSpread, rounding.x) ? (
                    <Whisker
                      from={xScale.at(Math.max(point.x - point.xSpread, x.domain[0])) - cx}
                      to={xScale.at(point.x + point.xSpread) - cx}
                    />
                  ) : null}
                  {isVisible(point.ySpread, rounding.y) ? (
                    <Whisker
                      vertical
                      from={yScale.at(point.y - point.ySpread) - cy}
                      to={yScale.at(point.y + point.ySpread) - cy}
                    />
                  ) : null}
                  {/* A touch target. */}
                  <circle r={12} fill="transparent" stroke="none" />
                  <path
                    d={markPath(shape, index === roving.active ? 7 : 5)}
                    fillRule="evenodd"
                    stroke="var(--surface)"
                    strokeWidth={1}
                  />
                </g>
              </Link>
            );
          })}
        </svg>
        {active ? (
          <Tooltip x={xScale.at(active.x)} y={yScale.at(active.y)} width={width}>
            <div className="font-medium">{active.title}</div>
            <div className="text-soft">
              {xName} <span className="text-ink">{spreadText(active.x, active.xSpread, xFormat)}</span>
            </div>
            <div className="text-soft">
              {yName} <span className="text-ink">{spreadText(active.y, active.ySpread, yFormat)}</span>
            </div>
            {latentsHref === undefined ? null : (
              <div className="text-soft">Click: the run. Key l: its latents.</div>
            )}
          </Tooltip>
        ) : null}
      </div>
      {mounted && drawn.length < placed.length ? (
        <figcaption className="text-xs text-soft wrap-anywhere">
          {integer(drawn.length)} of {integer(placed.length)} points are drawn. The others are next to a drawn
          point of the same variant and on no front.
        </figcaption>
      ) : null}
      {left > 0 ? (
        <figcaption className="text-xs text-soft wrap-anywhere">
          {left === 1 ? '1 run is' : `${left} runs are`} not drawn because a value is not finite, or is 0 on a
          log axis.
        </figcaption>
      ) : null}
    </figure>
  );
}

/** Whether a deviation is more than rounding. */
function isVisible(spread: number | null | undefined, rounding: number): spread is number {
  return typeof spread === 'number' && spread > rounding;
}

function Whisker({ from, to, vertical = false }: { from: number; to: number; vertical?: boolean }) {
  return vertical ? <line y1={from} y2={to} strokeWidth={1} /> : <line x1={from} x2={to} strokeWidth={1} />;
}

function spreadText(value: number, spread: number | null | undefined, format: Format): string {
  return spread === null || spread === undefined ? format(value) : `${format(value)} ± ${format(spread)}`;
}
