'use client';

import { useEffect, useRef, useState, type ReactNode } from 'react';

interface ScrollAreaProps {
  /** For screen readers, where the content is wider than the area. */
  readonly label: string;
  /** Above the content, next to the hint. */
  readonly heading?: ReactNode;
  readonly children: ReactNode;
}

/** Scrolls content that is too wide sideways, and says so as long as some of it is to the right. */
export function ScrollArea({ label, heading, children }: ScrollAreaProps) {
  const area = useRef<HTMLDivElement>(null);
  const [{ wide, more }, setState] = useState({ wide: false, more: false });
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const update = (): void => {
      const { scrollLeft, clientWidth, scrollWidth } = element;
      const now = { wide: scrollWidth > clientWidth + 1, more: scrollLeft + clientWidth < scrollWidth - 1 };
      setState((seen) => (seen.wide === now.wide && seen.more === now.more ? seen : now));
    };
    const observer = new ResizeObserver(update);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, []);
  return (
    <>
      {heading === undefined && !wide ? null : (
        <div className="flex flex-wrap items-baseline gap-x-3 px-4 pt-4 sm:flex-nowrap sm:px-5">
          {heading}
          <span
            className={`ml-auto text-xs whitespace-nowrap text-soft ${wide ? '' : 'hidden'} ${more ? '' : 'invisible'}`}
          >
            Scroll for more columns →
          </span>
        </div>
      )}
      <div className="relative">
        <div
          ref={area}
          className="overflow-x-auto"
          {...(wide && { role: 'region', 'aria-label': label, tabIndex: 0 })}
        >
          {children}
        </div>
        <div
          aria-hidden="true"
          className={`pointer-events-none absolute inset-y-0 right-0 w-10 bg-linear-to-l from-surface to-transparent ${more ? '' : 'hidden'}`}
        />
      </div>
    </>
  );
}
