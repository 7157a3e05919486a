'use client';

import { useState, useSyncExternalStore, type ReactNode } from 'react';

interface CollapsibleProps {
  readonly title: string;
  /** To the right of the title. */
  readonly note?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A section that starts open, or on a phone closed. */
export function Collapsible({ title, note, className = '', children }: CollapsibleProps) {
  /** Until the reader chooses, the width of the screen decides, in CSS: the server does not know it. */
  const [chosen, setChosen] = useState<boolean>();
  const isWide = useIsWide();
  const open = chosen ?? isWide;
  const content = chosen === undefined ? 'max-sm:hidden' : chosen ? '' : 'hidden';
  const turned = chosen === undefined ? 'sm:rotate-90' : chosen ? 'rotate-90' : '';
  return (
    <section className={className}>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="text-base font-semibold">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setChosen(!open)}
            className="-mx-1 inline-flex items-center gap-2 rounded px-1 text-left hover:text-accent"
          >
            <svg width={8} height={8} viewBox="0 0 8 8" aria-hidden="true" className={`shrink-0 ${turned}`}>
              <path d="M1.5,0L6.5,4L1.5,8Z" fill="currentColor" />
            </svg>
            {title}
          </button>
        </h2>
        {note === undefined ? null : <span className="text-[13px] text-soft">{note}</span>}
      </div>
      <div className={`mt-3 ${content}`}>{children}</div>
    </section>
  );
}

/** Tailwind's `sm`. */
const WIDE = '(min-width: 40rem)';

function useIsWide(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const query = matchMedia(WIDE);
      query.addEventListener('change', onChange);
      return () => query.removeEventListener('change', onChange);
    },
    () => matchMedia(WIDE).matches,
    () => true,
  );
}
