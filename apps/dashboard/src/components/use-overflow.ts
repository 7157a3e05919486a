import { useEffect, useState, type RefObject } from 'react';

export interface Overflow {
  /** Whether the content is wider than the element. */
  readonly wide: boolean;
  /** Whether some of it is to the right. */
  readonly more: boolean;
}

/** How the content of an element that scrolls sideways goes beyond it. */
export function useOverflow(area: RefObject<HTMLElement | null>): Overflow {
  const [overflow, setOverflow] = useState<Overflow>({ wide: false, more: false });
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const update = (): void => {
      const { scrollLeft, clientWidth, scrollWidth } = element;
      const now = { wide: scrollWidth > clientWidth + 1, more: scrollLeft + clientWidth < scrollWidth - 1 };
      setOverflow((seen) => (seen.wide === now.wide && seen.more === now.more ? seen : now));
    };
    const observer = new ResizeObserver(update);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, [area]);
  return overflow;
}
