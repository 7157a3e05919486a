'use client';

import { useState, type KeyboardEvent } from 'react';

export interface RovingIndex {
  /** The mark under the pointer or with the focus. */
  readonly active: number | undefined;
  readonly setActive: (index: number | undefined) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const STEPS: Record<string, (index: number, count: number) => number> = {
  ArrowRight: (index) => index + 1,
  ArrowUp: (index) => index + 1,
  ArrowLeft: (index) => index - 1,
  ArrowDown: (index) => index - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** A chart is one tab stop; arrow keys move from mark to mark. */
export function useRovingIndex(count: number, onMove?: (index: number) => void): RovingIndex {
  const [active, setActive] = useState<number>();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (event.key === 'Escape') setActive(undefined);
    if (!step || count === 0) return;
    event.preventDefault();
    const next = Math.min(count - 1, Math.max(0, step(active ?? -1, count)));
    setActive(next);
    onMove?.(next);
  };
  // The number of marks may have shrunk since.
  return { active: active !== undefined && active < count ? active : undefined, setActive, onKeyDown };
}
