import { csvOf, jsonOf, type ExportedTable } from '../src/export/exported-table.ts';
import { html, type Html } from './html.ts';
import { fileLinks } from './section.ts';
import type { ReportFile } from './write-report.ts';

interface ShownTable {
  readonly body: Html;
  readonly files: readonly ReportFile[];
}

/**
 * A table of the dashboard, with its caption and its data as files. A click on a heading sorts it.
 *
 * @param renderCell replaces the text of a cell
 */
export function shownTable(
  table: ExportedTable,
  renderCell?: (row: number, column: number, text: string) => Html | undefined,
): ShownTable {
  const files = dataFiles(table);
  const align = (column: number) => (table.numeric[column] ? 'number' : 'text');
  return {
    files,
    body: html`<div class="scroll" tabindex="0" role="region" aria-label="${table.caption}">
        <table class="sortable">
          <thead>
            <tr>
              ${table.headings.map(
                (heading, column) =>
                  html`<th scope="col" class="${align(column)}">
                    <button type="button">${heading}</button>
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${table.rows.map(
              (cells, row) =>
                html`<tr>
                  ${cells.map(
                    (text, column) =>
                      html`<td class="${align(column)}">
                        ${renderCell?.(row, column, text) ?? html`<bdi>${text}</bdi>`}
                      </td>`,
                  )}
                </tr> `,
            )}
          </tbody>
        </table>
      </div>
      <p class="caption">${table.caption}</p>
      ${fileLinks(files)}`,
  };
}

/** All digits of a table, for programs. */
export function dataFiles(table: ExportedTable): ReportFile[] {
  return [
    { path: `data/${table.name}.csv`, content: csvOf(table) },
    { path: `data/${table.name}.json`, content: jsonOf(table) },
  ];
}
