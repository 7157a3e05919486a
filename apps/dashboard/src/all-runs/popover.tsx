import { useEffect, useRef, type ReactNode } from 'react';

interface PopoverProps {
  readonly label: string;
  readonly children: ReactNode;
}

export const BUTTON =
  'rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-[13px] hover:bg-sunken disabled:opacity-50';

/** A button that opens a panel under it. Escape or a click elsewhere closes it. */
export function Popover({ label, children }: PopoverProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      if (event instanceof KeyboardEvent && event.key !== 'Escape') return;
      const isInside = event.target instanceof Node && details.current?.contains(event.target);
      if (event.type === 'mousedown' && isInside) return;
      details.current?.removeAttribute('open');
    };
    document.addEventListener('mousedown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('mousedown', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  return (
    // On a phone, the panel is as wide as the toolbar around it.
    <details ref={details} className="sm:relative">
      <summary
        className={`${BUTTON} max-w-72 cursor-pointer list-none truncate [&::-webkit-details-marker]:hidden`}
        title={label}
      >
        {label}{' '}
        <svg width={8} height={8} viewBox="0 0 8 8" aria-hidden="true" className="ml-0.5 inline">
          <path d="M0,2H8L4,6.5Z" fill="currentColor" />
        </svg>
      </summary>
      <div className="absolute right-0 z-40 mt-1 w-80 max-sm:left-0 max-sm:w-auto rounded-md border border-line bg-surface p-3 shadow-lg">
        {children}
      </div>
    </details>
  );
}
