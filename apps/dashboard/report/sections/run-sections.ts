import { figuresShown, headingOf, integer } from '@sae-lab/measures';
import type { CompareRow } from '../../src/compare/compare-row.ts';
import { rowLabel } from '../../src/compare/row-label.ts';
import { shownIn } from '../../src/compare/shown-in.ts';
import { intervalOf } from '../../src/compare/statistics/interval.ts';
import { captionOf } from '../../src/export/caption.ts';
import type { ExportedTable } from '../../src/export/exported-table.ts';
import { columnsOf } from '../../src/sweeps/columns.ts';
import { entriesOf } from '../../src/sweeps/entries.ts';
import { exportedEntries } from '../../src/sweeps/exported-entries.ts';
import { runRows } from '../../src/sweeps/run-row.ts';
import { html } from '../html.ts';
import type { Report } from '../load-report.ts';
import { shareable } from '../private-text.ts';
import type { Section } from '../section.ts';
import { spreadCells, spreadRecord } from '../spreads.ts';
import { shownTable } from '../table.ts';

/** The runs that differ only in their seed, with the intervals of their figures. */
export function groupSection({ rows, sweep }: Report): Section {
  const groups = [...Map.groupBy(rows, ({ configuration }) => configuration).values()];
  const shown = shownIn(rows);
  const has = (key: string): boolean => rows.some(({ figures }) => key in figures);
  const figures = figuresShown('table', has).filter(({ key }) => has(key));
  const spreads = groups.map((members) =>
    figures.map(({ key }) => intervalOf(members.flatMap((row) => row.figures[key] ?? []))),
  );
  const labels = groups.map((members) => rowLabel(members[0]!, shown, Math.max(2, members.length)));
  const finished = (members: readonly CompareRow[]) =>
    members.filter(({ status }) => status === 'finished').length;
  const table: ExportedTable = {
    name: 'configurations',
    caption: captionOf('Means over seeds with 95 % t intervals.', rows, [`Sweep “${sweep.name}”`]),
    records: groups.map((members, index) => ({
      configuration: labels[index]!,
      variant: members[0]!.versionedVariant,
      coefficient: members[0]!.coefficient,
      hook: members[0]!.hook,
      width: members[0]!.width,
      runs: members.length,
      finished: finished(members),
      ...spreadRecord(figures, spreads[index]!),
    })),
    headings: ['Configuration', 'Finished', ...figures.map(headingOf)],
    rows: groups.map((members, index) => [
      labels[index]!,
      `${integer(finished(members))} of ${integer(members.length)}`,
      ...spreadCells(figures, spreads[index]!),
    ]),
    numeric: [false, true, ...figures.map(() => true)],
  };
  return { id: 'configurations', title: 'Configurations', ...shownTable(table) };
}

/** Every run, and why some have no result. */
export function runSection({ runs, variants, sweep }: Report): Section {
  const rows = runRows(runs, variants);
  const entries = entriesOf(rows, false);
  const table = {
    ...exportedEntries(entries, { sweep: sweep.name, columns: columnsOf(entries, 'all') }),
    name: 'runs',
  };
  const { body, files } = shownTable(table);
  const failed = rows.filter(({ problem }) => problem !== null);
  return {
    id: 'runs',
    title: 'Runs',
    files,
    body: html`${
      failed.length > 0 &&
      html`<details>
        <summary>${failed.length === 1 ? '1 run has' : `${failed.length} runs have`} no result</summary>
        <ul>
          ${failed.map(
            ({ versionedVariant, coefficient, seed, status, problem }) =>
              html`<li>
                <bdi>${versionedVariant} ${coefficient}, seed ${seed}</bdi>: ${status}.
                <bdi>${shareable(problem!)}</bdi>
              </li> `,
          )}
        </ul>
      </details>`
    }${body}`,
  };
}
