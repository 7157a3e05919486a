import type { ReactNode } from 'react';

interface TooltipProps {
  /** Pixels from the left and top edges of the chart, which is `width` pixels wide. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly children: ReactNode;
}

/** Next to a mark, on the side with more space. Its text is also the mark's accessible label. */
export function Tooltip({ x, y, width, children }: TooltipProps) {
  const side = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 };
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute z-10 -translate-y-1/2 rounded-md border border-line bg-surface px-3 py-2 text-xs leading-5 whitespace-nowrap shadow-lg"
      style={{ top: y, ...side }}
    >
      {children}
    </div>
  );
}
