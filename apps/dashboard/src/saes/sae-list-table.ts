import type { SaeRow } from '@sae-lab/db/reading';
import { figureText, FIGURES, headingOf, integer } from '@sae-lab/measures';
import type { ExportedTable } from '../export/exported-table.ts';
import { kindText } from './kind-text.ts';

/** Figures that the list shows. */
const SHOWN = ['l0', 'explained_variance'] as const;

/** A row for each SAE that no run trained. */
export function saeListTable(
  saes: readonly SaeRow[],
  figuresOf: ReadonlyMap<number, Readonly<Record<string, number>>>,
): ExportedTable {
  return {
    name: 'saes',
    caption: 'SAEs that no run trained: baselines, and SAEs that were trained elsewhere.',
    records: saes.map(({ id, name, kind, hook, width, architecture, source, saeHash }) => ({
      sae: id,
      name,
      kind,
      hook,
      width,
      architecture,
      source,
      hash: saeHash,
      ...Object.fromEntries(SHOWN.map((key) => [key, figuresOf.get(id)?.[key] ?? null])),
    })),
    headings: ['Name', 'SAE', 'Kind', 'Hook', 'Width', ...SHOWN.map((key) => headingOf(FIGURES[key]))],
    rows: saes.map(({ id, name, kind, hook, width }) => [
      name,
      `sae-${id}`,
      kindText(kind),
      hook,
      integer(width),
      ...SHOWN.map((key) => figureText(FIGURES[key], figuresOf.get(id)?.[key])),
    ]),
    numeric: [false, false, false, false, true, ...SHOWN.map(() => true)],
  };
}
