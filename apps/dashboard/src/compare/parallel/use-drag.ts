'use client';

import { useRef, type PointerEvent } from 'react';

interface Drag {
  readonly from: number;
  /** The end that stays, in pixels; undefined while both ends move. */
  readonly fixed: number | undefined;
  readonly ends: readonly [number, number] | undefined;
  moved: boolean;
}

interface DragHandlers {
  readonly onPointerMove: (event: PointerEvent<SVGElement>) => void;
  readonly onPointerUp: (event: PointerEvent<SVGElement>) => void;
  readonly onPointerCancel: () => void;
  /** @param fixed the end that stays; without it, the brush moves or a new one starts */
  readonly start: (event: PointerEvent<SVGElement>, fixed?: number) => void;
}

/** A movement below this is a click. */
const LEAST = 3;

/**
 * Dragging along an axis, in pixels from the top of its chart.
 *
 * @param ends of the present brush
 * @param onDraft called with the ends while they move
 * @param onDone called with the ends, or without after a click
 * @param onCancel called when the browser takes the pointer away
 */
export function useDrag(
  ends: readonly [number, number] | undefined,
  onDraft: (ends: readonly [number, number]) => void,
  onDone: (ends: readonly [number, number] | undefined) => void,
  onCancel: () => void,
): DragHandlers {
  const drag = useRef<Drag>(undefined);
  const heightOf = (event: PointerEvent<SVGElement>) =>
    event.clientY - event.currentTarget.ownerSVGElement!.getBoundingClientRect().top;
  const endsAt = ({ from, fixed, ends: before }: Drag, height: number): [number, number] => {
    if (fixed !== undefined) return [fixed, height];
    if (before === undefined) return [from, height];
    return [before[0] + height - from, before[1] + height - from];
  };
  return {
    start: (event, fixed) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      const from = heightOf(event);
      const isInside = ends !== undefined && from >= Math.min(...ends) && from <= Math.max(...ends);
      drag.current = { from, fixed, ends: isInside ? ends : undefined, moved: false };
    },
    onPointerMove: (event) => {
      const { current } = drag;
      if (current === undefined) return;
      const height = heightOf(event);
      if (Math.abs(height - current.from) >= LEAST) current.moved = true;
      if (current.moved) onDraft(endsAt(current, height));
    },
    onPointerUp: (event) => {
      const { current } = drag;
      drag.current = undefined;
      if (current === undefined) return;
      // A click on a handle gives it the focus; elsewhere it removes the brush.
      if (current.moved) onDone(endsAt(current, heightOf(event)));
      else if (current.fixed === undefined) onDone(undefined);
    },
    onPointerCancel: () => {
      drag.current = undefined;
      onCancel();
    },
  };
}
