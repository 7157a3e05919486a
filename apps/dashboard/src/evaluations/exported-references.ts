import { mainFigures, type EvaluationRow, type SaeRow } from '@sae-lab/db/reading';
import { figuresShown, figureText, headingOf } from '@sae-lab/measures';
import { commitOf } from '../compare/compare-row.ts';
import { commitsText, countText } from '../export/caption.ts';
import type { ExportedTable } from '../export/exported-table.ts';

/** The SAEs that the runs of a sweep are compared with, as a table that readers take along. */
export function exportedReferences(
  sweep: string,
  saes: readonly SaeRow[],
  evaluations: readonly EvaluationRow[],
): ExportedTable {
  const figures = mainFigures(evaluations, 'saeId');
  const shown = figuresShown('table', (key) => [...figures.values()].some((own) => key in own));
  const commits = new Set(
    evaluations.flatMap((evaluation) => (evaluation.saeId === null ? [] : (commitOf(evaluation) ?? []))),
  );
  return {
    name: 'references',
    caption: `References of the sweep “${sweep}”; ${countText(saes.length, 'SAE')}; ${commitsText([...commits])}.`,
    records: saes.map(({ id, name, kind, hook, width }) => ({
      name,
      kind,
      hook,
      width,
      ...Object.fromEntries(shown.map(({ key }) => [key, figures.get(id)?.[key] ?? null])),
    })),
    headings: ['SAE', 'Kind', 'Hook', 'Width', ...shown.map(headingOf)],
    rows: saes.map(({ id, name, kind, hook, width }) => [
      name,
      kindText(kind),
      hook,
      String(width),
      ...shown.map((figure) => figureText(figure, figures.get(id)?.[figure.key])),
    ]),
    numeric: [false, false, false, true, ...shown.map(() => true)],
  };
}

export function kindText(kind: SaeRow['kind']): string {
  return kind === 'baseline' ? 'Baseline' : 'From files';
}
