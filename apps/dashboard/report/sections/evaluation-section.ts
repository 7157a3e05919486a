import type { EvaluationRow } from '@sae-lab/db/reading';
import { figuresIn, headingOf, integer } from '@sae-lab/measures';
import { rowLabel } from '../../src/compare/row-label.ts';
import { shownIn } from '../../src/compare/shown-in.ts';
import { intervalOf, type Interval } from '../../src/compare/statistics/interval.ts';
import { exportedReferences } from '../../src/evaluations/exported-references.ts';
import { evaluationGroups } from '../../src/evaluations/evaluation-groups.ts';
import type { ExportedTable } from '../../src/export/exported-table.ts';
import { html } from '../html.ts';
import type { Report } from '../load-report.ts';
import type { Section } from '../section.ts';
import { spreadCells, spreadRecord } from '../spreads.ts';
import { shownTable } from '../table.ts';

/** What each evaluation measured, by configuration. */
export function evaluationSection(report: Report): Section | undefined {
  const tables = evaluationGroups(report.evaluations).flatMap(
    ([name, evaluations]) => evaluationTable(report, name, evaluations) ?? [],
  );
  if (tables.length === 0) return undefined;
  const shown = tables.map((table) => ({ table, ...shownTable(table) }));
  return {
    id: 'evaluations',
    title: 'Evaluations',
    files: shown.flatMap(({ files }) => files),
    body: html`${shown.map(
      ({ table, body }) =>
        html`<h3>${table.name.replace('evaluation-', '')}</h3>
          ${body}`,
    )}`,
  };
}

/** What the runs are compared with: baselines and SAEs of other projects. */
export function referenceSection({ sweep, saes, evaluations }: Report): Section | undefined {
  if (saes.length === 0) return undefined;
  return {
    id: 'references',
    title: 'References',
    ...shownTable(exportedReferences(sweep.name, saes, evaluations)),
  };
}

function evaluationTable(
  { rows, sweep }: Report,
  name: string,
  evaluations: readonly EvaluationRow[],
): ExportedTable | undefined {
  // The newest version on the most tokens comes first.
  const byRun = new Map(
    evaluations.toReversed().flatMap((row) => (row.runId === null ? [] : [[row.runId, row]])),
  );
  const figures = figuresIn(new Set([...byRun.values()].flatMap((row) => Object.keys(row.figures))));
  const evaluated = rows.filter(({ id }) => byRun.has(id));
  if (evaluated.length === 0 || figures.length === 0) return undefined;
  const groups = [...Map.groupBy(evaluated, ({ configuration }) => configuration).values()];
  const shown = shownIn(rows);
  const spreads = groups.map((members) =>
    figures.map(({ key }): Interval | undefined => {
      const measured = members
        .flatMap(({ id }) => byRun.get(id)!.figures[key] ?? [])
        .filter(({ value }) => Number.isFinite(value));
      const [only] = measured;
      // One run has the interval of its documents, several that of their mean.
      return measured.length === 1
        ? { n: 1, mean: only!.value, low: only!.low, high: only!.high }
        : intervalOf(measured.map(({ value }) => value));
    }),
  );
  const label = (members: (typeof groups)[number]) =>
    rowLabel(members[0]!, shown, Math.max(2, members.length));
  const tokens = Math.max(...[...byRun.values()].map((row) => row.tokens));
  return {
    name: `evaluation-${name}`,
    caption: `The evaluation ${name} of sweep “${sweep.name}”${tokens > 0 ? `, on at most ${integer(tokens)} tokens` : ''}; means over seeds with 95 % t intervals, of one seed with those over documents; n = ${integer(evaluated.length)} runs.`,
    records: groups.map((members, index) => ({
      configuration: label(members),
      runs: members.length,
      ...spreadRecord(figures, spreads[index]!),
    })),
    headings: ['Configuration', 'Runs', ...figures.map(headingOf)],
    rows: groups.map((members, index) => [
      label(members),
      integer(members.length),
      ...spreadCells(figures, spreads[index]!),
    ]),
    numeric: [false, true, ...figures.map(() => true)],
  };
}
