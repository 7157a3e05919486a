import { markPath } from './mark-path.ts';
import type { MarkStyle } from './mark-style.ts';

/** A mark of a legend or a table. The text next to it says what it stands for. */
export function Mark({ color, shape }: Omit<MarkStyle, 'dash'>) {
  return (
    <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true" className="shrink-0">
      <path d={markPath(shape, 4.6)} fill={color} fillRule="evenodd" />
    </svg>
  );
}
