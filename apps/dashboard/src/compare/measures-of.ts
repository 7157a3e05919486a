import { figuresIn, type Figure, type Keyed } from '@sae-lab/measures';
import type { CompareRow } from './compare-row.ts';

/** The figures that at least one run has, in the order in which they are shown. */
export function measuresOf(rows: readonly CompareRow[]): Keyed<Figure>[] {
  return figuresIn(new Set(rows.flatMap(({ figures }) => Object.keys(figures))));
}
