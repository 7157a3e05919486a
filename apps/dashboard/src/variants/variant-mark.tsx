'use client';

import { Mark } from '../charts/mark.tsx';
import { useVariantNames } from './variant-names.tsx';
import { variantStyle } from './variant-style.ts';

/** The mark of a variant's points, for legends and tables. */
export function VariantMark({ name }: { name: string }) {
  return <Mark {...variantStyle(name, useVariantNames())} />;
}
