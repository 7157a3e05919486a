'use client';

import { useRef, type ReactNode } from 'react';
import { ScrollFade } from './scroll-fade.tsx';
import { useOverflow } from './use-overflow.ts';

interface ScrollAreaProps {
  /** For screen readers, where the content is wider than the area. */
  readonly label: string;
  /** Above the content, next to the hint. */
  readonly heading?: ReactNode;
  /** What is to the right. */
  readonly things?: string;
  /** Whether the content has no card around it whose edges it must keep clear of. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** Scrolls content that is too wide sideways, and says so as long as some of it is to the right. */
export function ScrollArea({ label, heading, things = 'columns', flush = false, children }: ScrollAreaProps) {
  const area = useRef<HTMLDivElement>(null);
  const { wide, more } = useOverflow(area);
  return (
    <>
      {heading === undefined && !wide ? null : (
        <div
          className={`flex flex-wrap items-baseline gap-x-3 sm:flex-nowrap ${flush ? '' : 'px-4 pt-4 sm:px-5'}`}
        >
          {heading}
          <span
            className={`ml-auto text-xs whitespace-nowrap text-soft ${wide ? '' : 'hidden'} ${more ? '' : 'invisible'}`}
          >
            Scroll for more {things} →
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
        <ScrollFade shown={more} />
      </div>
    </>
  );
}
