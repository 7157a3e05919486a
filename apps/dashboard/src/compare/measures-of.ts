import { figuresIn, type Figure, type Keyed } from '@sae-lab/measures';
import type { CompareRow } from './compare-row.ts';

/** The figures that at least one run has, in the order in which they are shown. */
export function measuresOf(rows: readonly CompareRow[]): Keyed<Figure>[] {
  return figuresIn(new Set(rows.flatMap(({ figures }) => Object.keys(figures))));
}

/** The measure that the address asks for; without it, the usual one; without that, the first. */
export function chosenMeasure(
  measures: readonly Keyed<Figure>[],
  asked: string | null,
  usual: string,
): Keyed<Figure> | undefined {
  return (
    measures.find(({ key }) => key === asked) ?? measures.find(({ key }) => key === usual) ?? measures[0]
  );
}
