'use client';

import { integer, LATENT_MEASURES, short } from '@sae-lab/measures';
import { useRef, useState, type PointerEvent } from 'react';
import { useWidth } from '../../charts/use-width.ts';
import type { DensityBin } from './density-bins.ts';

interface DensityBrushProps {
  readonly bins: readonly DensityBin[];
  readonly from: number | null;
  readonly to: number | null;
  readonly onBrush: (from: number | null, to: number | null) => void;
}

const HEIGHT = 132;
const FRAME = { left: 46, right: 8, top: 8, bottom: 34 };
const format = short(2);

/** How many latents have which density. A drag chooses a range; the fields next to the chart do the same by the keyboard. */
export function DensityBrush({ bins, from, to, onBrush }: DensityBrushProps) {
  const [box, width] = useWidth<HTMLDivElement>(640);
  const start = useRef<number>(undefined);
  const [draft, setDraft] = useState<readonly [number, number]>();
  const [hovered, setHovered] = useState<number>();
  const most = Math.max(1, ...bins.map(({ total }) => total));
  const step = (width - FRAME.left - FRAME.right) / bins.length;
  const left = (bin: number): number => FRAME.left + bin * step;
  const top = (count: number): number => FRAME.top + (HEIGHT - FRAME.top - FRAME.bottom) * (1 - count / most);
  const floor = HEIGHT - FRAME.bottom;
  const binAt = (event: PointerEvent<SVGSVGElement>): number => {
    const { left: edge } = event.currentTarget.getBoundingClientRect();
    return Math.min(bins.length - 1, Math.max(0, Math.floor((event.clientX - edge - FRAME.left) / step)));
  };
  const chosen =
    draft ??
    (from === null && to === null
      ? undefined
      : ([
          from === null ? 0 : bins.filter((bin) => bin.to <= from * 1.0001).length,
          to === null ? bins.length - 1 : bins.filter((bin) => bin.from < to * 0.9999).length - 1,
        ] as const));
  const end = (): void => {
    start.current = undefined;
    setDraft(undefined);
  };
  const finish = (event: PointerEvent<SVGSVGElement>): void => {
    if (start.current === undefined) return;
    const [low, high] = ordered(start.current, binAt(event));
    const wasChosen = chosen !== undefined && low === high && from !== null;
    end();
    if (wasChosen && draft?.[0] === draft?.[1]) onBrush(null, null);
    else onBrush(bins[low]!.from, high === bins.length - 1 ? null : bins[high]!.to);
  };
  const active = hovered === undefined ? undefined : bins[hovered];
  return (
    <div ref={box} className="relative" style={{ height: HEIGHT }}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`Histogram of the densities: ${summaryOf(bins)}. The values are in the table below.`}
        className="touch-pan-y cursor-crosshair select-none"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = binAt(event);
          setDraft([start.current, start.current]);
        }}
        onPointerMove={(event) => {
          setHovered(binAt(event));
          if (start.current !== undefined) setDraft(ordered(start.current, binAt(event)));
        }}
        onPointerUp={finish}
        onPointerCancel={end}
        onPointerLeave={() => setHovered(undefined)}
      >
        <rect x={0} y={0} width={width} height={HEIGHT} fill="transparent" />
        {[0, most].map((count) => (
          <g key={count}>
            <line
              x1={FRAME.left}
              x2={width - FRAME.right}
              y1={top(count)}
              y2={top(count)}
              stroke="var(--grid)"
            />
            <text
              x={FRAME.left - 6}
              y={top(count) + 4}
              textAnchor="end"
              fontSize={11}
              fill="var(--text-soft)"
            >
              {integer(count)}
            </text>
          </g>
        ))}
        {chosen === undefined ? null : (
          <rect
            x={left(chosen[0])}
            y={FRAME.top}
            width={left(chosen[1] + 1) - left(chosen[0])}
            height={floor - FRAME.top}
            fill="var(--accent)"
            fillOpacity={0.14}
            stroke="var(--accent)"
          />
        )}
        {bins.map(({ total, matching }, bin) => (
          <g key={bin}>
            <rect
              x={left(bin) + 0.5}
              y={top(total)}
              width={Math.max(1, step - 1)}
              height={floor - top(total)}
              fill="var(--line-strong)"
              fillOpacity={0.45}
            />
            <rect
              x={left(bin) + 0.5}
              y={top(matching)}
              width={Math.max(1, step - 1)}
              height={floor - top(matching)}
              fill="var(--accent)"
              fillOpacity={hovered === bin ? 1 : 0.85}
            />
          </g>
        ))}
        {bins.map(({ from: edge }, bin) =>
          isDecade(edge) ? (
            <text
              key={bin}
              x={left(bin)}
              y={floor + 14}
              textAnchor="middle"
              fontSize={11}
              fill="var(--text-soft)"
            >
              {format(edge)}
            </text>
          ) : null,
        )}
        <text x={left(bins.length)} y={floor + 14} textAnchor="end" fontSize={11} fill="var(--text-soft)">
          1
        </text>
        <text
          x={(FRAME.left + width) / 2}
          y={HEIGHT - 4}
          textAnchor="middle"
          fontSize={11}
          fill="var(--text-soft)"
        >
          {LATENT_MEASURES.density.label} (fraction of the tokens, log scale)
        </text>
      </svg>
      {active === undefined ? null : (
        <div
          aria-hidden="true"
          className="pointer-events-none absolute top-0 z-10 rounded-md border border-line bg-surface px-2 py-1 text-xs whitespace-nowrap shadow"
          style={
            left(hovered!) > width / 2
              ? { right: width - left(hovered!) + 6 }
              : { left: left(hovered! + 1) + 6 }
          }
        >
          {format(active.from)} to {format(active.to)}: {integer(active.matching)} of {integer(active.total)}{' '}
          latents
        </div>
      )}
    </div>
  );
}

function ordered(a: number, b: number): [number, number] {
  return a < b ? [a, b] : [b, a];
}

function isDecade(edge: number): boolean {
  return Math.abs(Math.log10(edge) - Math.round(Math.log10(edge))) < 1e-6;
}

function summaryOf(bins: readonly DensityBin[]): string {
  const fullest = bins.reduce((best, bin) => (bin.total > best.total ? bin : best));
  if (fullest.total === 0) return 'no latent fired';
  return `most latents are between ${format(fullest.from)} and ${format(fullest.to)}`;
}
