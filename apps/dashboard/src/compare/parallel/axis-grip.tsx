'use client';

import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { textWidth, wrapped } from '../fit-text.ts';

const FONT = 11;
const LINE = 13;
const PADDING = 6;
/** Lines of a name. */
const MOST_LINES = 2;
/** A movement below this is a click. */
const LEAST = 3;

interface AxisGripProps {
  readonly label: string;
  readonly x: number;
  /** Of the last line of the name. */
  readonly y: number;
  readonly width: number;
  /** Of the axis among all of them, from 0. */
  readonly index: number;
  readonly count: number;
  /** Whether the axis follows the pointer now. */
  readonly isMoving: boolean;
  /** Called with where the axis is while the pointer moves it, in pixels of the chart. */
  readonly onDrag: (x: number) => void;
  readonly onDrop: () => void;
  readonly onCancel: () => void;
  /** Called with the place that a key chose. */
  readonly onMove: (index: number) => void;
}

/** The name of an axis. Dragging it, or the arrow keys, move the axis among the others. */
export function AxisGrip({
  label,
  x,
  y,
  width,
  index,
  count,
  isMoving,
  onDrag,
  onDrop,
  onCancel,
  onMove,
}: AxisGripProps) {
  const drag = useRef<{ readonly from: number; readonly offset: number; moved: boolean }>(undefined);
  const lines = wrapped(label, width, FONT, MOST_LINES);
  const top = y - (lines.length - 1) * LINE;
  const ground = Math.max(...lines.map((line) => textWidth(line, FONT))) + 2 * PADDING;
  const at = (event: PointerEvent<SVGElement>) =>
    event.clientX - event.currentTarget.ownerSVGElement!.getBoundingClientRect().left;
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: index - 1,
    ArrowDown: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index + 1,
    Home: 0,
    End: count - 1,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && drag.current !== undefined) {
      drag.current = undefined;
      onCancel();
    }
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to >= 0 && to < count) onMove(to);
  };
  return (
    <g
      role="slider"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label={`${label}, place of the axis`}
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={index + 1}
      aria-valuetext={`${index + 1} of ${count}`}
      className={`group touch-none ${isMoving ? 'cursor-grabbing' : 'cursor-grab'}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { from: at(event), offset: x - at(event), moved: false };
      }}
      onPointerMove={(event) => {
        const { current } = drag;
        if (current === undefined) return;
        if (Math.abs(at(event) - current.from) >= LEAST) current.moved = true;
        if (current.moved) onDrag(at(event) + current.offset);
      }}
      onPointerUp={() => {
        const { current } = drag;
        drag.current = undefined;
        if (current?.moved === true) onDrop();
      }}
      onPointerCancel={() => {
        drag.current = undefined;
        onCancel();
      }}
    >
      <title>{`${label}: drag to move the axis`}</title>
      <rect
        x={x - ground / 2}
        y={top - LINE}
        width={ground}
        height={lines.length * LINE + PADDING}
        rx={4}
        className={isMoving ? 'fill-(--sunken)' : 'fill-transparent group-hover:fill-(--sunken)'}
      />
      {lines.map((line, number) => (
        <text
          key={number}
          x={x}
          y={top + number * LINE}
          textAnchor="middle"
          fontSize={FONT}
          fontWeight={500}
          fill="var(--text)"
        >
          {line}
        </text>
      ))}
    </g>
  );
}
