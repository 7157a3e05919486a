'use client';

import type { Axis } from '../brushes/axis.ts';
import { brushAt, endsOf, type Brush } from '../brushes/brush.ts';
import { clipped } from '../fit-text.ts';
import { BrushHandle, HANDLE_WIDTH } from './brush-handle.tsx';
import { GroundedText } from './grounded-text.tsx';
import { heightAt, placeAt, type Frame } from './lines.ts';
import { useDrag } from './use-drag.ts';

/** Width of the area in which dragging makes a brush. */
const HIT = 30;
const FONT = 11;
/** Between tick labels. */
const LEAST_DISTANCE = 13;
/** From an axis to its texts, so that they are clear of the handles. */
export const TEXT_OFFSET = HANDLE_WIDTH / 2 + 6;

interface ParallelAxisProps {
  readonly axis: Axis;
  readonly x: number;
  readonly frame: Frame;
  readonly brush: Brush | undefined;
  /** While the reader drags. */
  readonly onDraft: (brush: Brush | undefined) => void;
  readonly onBrush: (brush: Brush | undefined) => void;
  readonly onCancel: () => void;
}

/** An axis with its ticks, and the brush with its two handles. */
export function ParallelAxis({ axis, x, frame, brush, onDraft, onBrush, onCancel }: ParallelAxisProps) {
  const places = (brush && endsOf(axis, brush)) ?? ([0, 1] as const);
  const heights = [heightAt(places[0], frame), heightAt(places[1], frame)] as const;
  const isBrushed = brush !== undefined;
  const brushOf = ([a, b]: readonly [number, number]) => brushAt(axis, placeAt(a, frame), placeAt(b, frame));
  const { start, ...drag } = useDrag(
    isBrushed ? heights : undefined,
    (ends) => onDraft(brushOf(ends)),
    (ends) => onBrush(ends && brushOf(ends)),
    onCancel,
  );
  const every = Math.ceil((axis.ticks.length * LEAST_DISTANCE) / (frame.bottom - frame.top));
  return (
    <g fontSize={FONT}>
      <line x1={x} x2={x} y1={frame.top} y2={frame.bottom} stroke="var(--line-strong)" />
      {axis.hasMissing ? (
        <text x={x} y={frame.missing + 16} textAnchor="middle" fill="var(--text-soft)">
          none
        </text>
      ) : null}
      <g aria-hidden="true">
        {axis.ticks
          .filter((_, index) => index % every === 0)
          .map(({ at, text }) => (
            <GroundedText
              key={text}
              x={x - TEXT_OFFSET}
              y={heightAt(at, frame)}
              text={clipped(text, frame.gap - 2 * TEXT_OFFSET, FONT)}
              anchor="end"
            />
          ))}
      </g>
      <rect
        x={x - HIT / 2}
        y={frame.top}
        width={HIT}
        height={frame.bottom - frame.top}
        fill="transparent"
        className="cursor-crosshair touch-none"
        onPointerDown={(event) => start(event)}
        {...drag}
      />
      {isBrushed ? (
        <rect
          x={x - 6}
          y={heights[1]}
          width={12}
          height={Math.max(2, heights[0] - heights[1])}
          fill="var(--accent)"
          fillOpacity={0.25}
          stroke="var(--accent)"
          pointerEvents="none"
        />
      ) : null}
      {(['lower', 'upper'] as const).map((which, index) => (
        <BrushHandle
          key={which}
          {...{ axis, x, which, isBrushed }}
          y={heights[index]!}
          place={places[index]!}
          onMove={(to) => onBrush(brushAt(axis, ...otherEnd(places, index, to)))}
          onClear={() => onBrush(undefined)}
          onPointerDown={(event) => start(event, heights[1 - index])}
          {...drag}
        />
      ))}
    </g>
  );
}

/** A handle stops at the other one. */
function otherEnd(places: readonly [number, number], index: number, to: number): [number, number] {
  return index === 0 ? [Math.min(to, places[1]), places[1]] : [places[0], Math.max(to, places[0])];
}
