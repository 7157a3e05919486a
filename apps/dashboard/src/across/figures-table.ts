import { figureText, headingOf, MATCH_FIGURES, NOTHING, type MatchFigure } from '@sae-lab/measures';
import type { ExportedTable } from '../export/exported-table.ts';
import type { PairData } from './pair-data.ts';

/** What a pair has in common, next to what random directions have. */
export function figuresTable(
  { figures, random }: PairData,
  given: Pick<ExportedTable, 'name' | 'caption'>,
): ExportedTable {
  const keys = Object.keys(MATCH_FIGURES) as MatchFigure[];
  const randomOf = (key: MatchFigure): number | null =>
    key === 'match_best' || key === 'match_one_to_one' ? random[key] : null;
  return {
    ...given,
    records: keys.map((key) => ({ figure: key, value: figures[key] ?? null, random: randomOf(key) })),
    headings: ['Figure', 'This pair', 'Random directions'],
    rows: keys.map((key) => [
      MATCH_FIGURES[key].label,
      figureText(MATCH_FIGURES[key], figures[key] ?? null),
      randomOf(key) === null ? NOTHING : figureText(MATCH_FIGURES[key], randomOf(key)),
    ]),
    numeric: [false, true, true],
  };
}

/** What the columns of the table mean, for readers who ask. */
export function meaningOf(label: string): string | undefined {
  return Object.values(MATCH_FIGURES).find((figure) => figure.label === label || headingOf(figure) === label)
    ?.meaning;
}
