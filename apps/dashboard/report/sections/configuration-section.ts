import { partReader, settingLabel } from '@sae-lab/measures';
import type { ExportedTable } from '../../src/export/exported-table.ts';
import { html } from '../html.ts';
import type { Report } from '../load-report.ts';
import { shareable, shareableValue } from '../private-text.ts';
import type { Section } from '../section.ts';
import { shownTable } from '../table.ts';

/** Settings that name the machine or repeat what other parts say. */
const LEFT_OUT = /^(combinations|name)(\.|$)/;

/** The experiment: its settings with every default filled in, and its file. */
export function configurationSection({ sweep }: Report): Section {
  const partOf = partReader();
  const definition = shareableValue(sweep.definition) as Record<string, unknown>;
  const fields = Object.entries(definition)
    .flatMap(([name, value]) => partOf(name, value).fields)
    .filter(({ path }) => !LEFT_OUT.test(path));
  const text = ({ value, text: json }: (typeof fields)[number]) => (typeof value === 'string' ? value : json);
  const table: ExportedTable = {
    name: 'settings',
    caption: `The settings of sweep “${sweep.name}”, with every default filled in.`,
    records: fields.map((field) => ({ setting: field.path, value: text(field) })),
    headings: ['Setting', 'Value', 'Key'],
    rows: fields.map((field) => [settingLabel(field.path), text(field), field.path]),
    numeric: [false, false, false],
  };
  const { body, files } = shownTable(table);
  const definitionFile = {
    path: 'data/definition.json',
    content: `${JSON.stringify(definition, null, 2)}\n`,
  };
  const source = shareable(sweep.source);
  return {
    id: 'configuration',
    title: 'Configuration',
    files: [...files, definitionFile],
    body: html`<details>
        <summary>Settings</summary>
        ${body}
      </details>
      ${
        source !== '' &&
        html`<details>
          <summary>Experiment file</summary>
          <pre>${source}</pre>
        </details>`
      }
      <p class="files"><a href="${definitionFile.path}">Definition as JSON</a></p>`,
  };
}
