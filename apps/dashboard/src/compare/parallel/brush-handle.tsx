import type { KeyboardEvent, PointerEvent } from 'react';
import type { Axis } from '../brushes/axis.ts';

export const HANDLE_WIDTH = 18;
const HEIGHT = 7;
/** Of the area that a finger can hit. */
const TARGET = 26;
/** Steps of Page Up and Page Down. */
const PAGE = 10;

interface BrushHandleProps {
  readonly axis: Axis;
  readonly x: number;
  readonly y: number;
  readonly which: 'lower' | 'upper';
  readonly place: number;
  readonly isBrushed: boolean;
  readonly onMove: (place: number) => void;
  readonly onClear: () => void;
  readonly onPointerDown: (event: PointerEvent<SVGElement>) => void;
  readonly onPointerMove: (event: PointerEvent<SVGElement>) => void;
  readonly onPointerUp: (event: PointerEvent<SVGElement>) => void;
  readonly onPointerCancel: () => void;
}

/** One end of the brush of an axis, as a slider: arrows move it, Home and End reach the ends, Delete removes the brush. */
export function BrushHandle({
  axis,
  x,
  y,
  which,
  place,
  isBrushed,
  onMove,
  onClear,
  ...pointer
}: BrushHandleProps) {
  const moves: Readonly<Record<string, number>> = {
    ArrowUp: place + axis.step,
    ArrowRight: place + axis.step,
    ArrowDown: place - axis.step,
    ArrowLeft: place - axis.step,
    PageUp: place + axis.step * PAGE,
    PageDown: place - axis.step * PAGE,
    Home: 0,
    End: 1,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moves[event.key];
    const isClear = event.key === 'Delete' || event.key === 'Backspace' || event.key === 'Escape';
    if (to === undefined && !isClear) return;
    event.preventDefault();
    if (to === undefined) onClear();
    else onMove(Math.min(1, Math.max(0, to)));
  };
  return (
    <g
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={`${axis.label}, ${which} end`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(place * 100)}
      aria-valuetext={axis.textOf(axis.valueAt(place))}
      onKeyDown={onKeyDown}
      className="cursor-ns-resize touch-none"
      {...pointer}
    >
      <rect
        x={x - TARGET / 2}
        y={which === 'upper' ? y - TARGET + HEIGHT : y - HEIGHT}
        width={TARGET}
        height={TARGET}
        fill="transparent"
      />
      <rect
        x={x - HANDLE_WIDTH / 2}
        y={which === 'upper' ? y - HEIGHT : y}
        width={HANDLE_WIDTH}
        height={HEIGHT}
        rx={2}
        fill={isBrushed ? 'var(--accent)' : 'var(--surface)'}
        stroke={isBrushed ? 'var(--accent)' : 'var(--line-strong)'}
      />
    </g>
  );
}
