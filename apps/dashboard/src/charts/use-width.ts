'use client';

import { useEffect, useRef, useState, type RefObject } from 'react';

/** The current width of an element in CSS pixels; `initial` while it is unknown, e.g. on the server. */
export function useWidth<E extends HTMLElement>(initial: number): [RefObject<E | null>, number] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      const seen = entry?.contentRect.width ?? 0;
      // A hidden element has no width.
      if (seen > 0) setWidth(Math.round(seen));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
