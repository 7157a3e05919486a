import type { ReportFile } from './write-report.ts';
import { html, type Html } from './html.ts';

/** A part of a report. */
export interface Section {
  /** In the address of the page. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
  readonly files: readonly ReportFile[];
}

/** Links to files of the report. */
export function fileLinks(files: readonly ReportFile[]): Html {
  return html`<p class="files">
    ${files.map(({ path }) => html`<a href="${path}">${path.slice(path.lastIndexOf('.') + 1).toUpperCase()}</a> `)}
  </p>`;
}
