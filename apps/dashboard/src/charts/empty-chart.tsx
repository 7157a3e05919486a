import type { ReactNode } from 'react';

/** Where a chart without points would be: why there are none. */
export function EmptyChart({ children }: { children: ReactNode }) {
  return (
    <p className="grid min-h-32 place-items-center rounded-md border border-dashed border-line px-4 text-center text-[13px] text-soft">
      {children}
    </p>
  );
}
