'use client';

import { markPath } from '../charts/mark-path.ts';
import { useVariantNames } from './variant-names.tsx';
import { variantStyle } from './variant-style.ts';

/** The mark of a variant's points, for legends and tables. */
export function VariantMark({ name }: { name: string }) {
  const { color, shape } = variantStyle(name, useVariantNames());
  return (
    <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true" className="shrink-0">
      <path d={markPath(shape, 4.6)} fill={color} fillRule="evenodd" />
    </svg>
  );
}
