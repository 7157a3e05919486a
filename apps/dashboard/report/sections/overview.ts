import { integer } from '@sae-lab/measures';
import { countText } from '../../src/export/caption.ts';
import { instant } from '../../src/format/time.ts';
import { factList } from '../fact-list.ts';
import { html, type Html } from '../html.ts';
import type { Report } from '../load-report.ts';
import { shareable } from '../private-text.ts';

/** The sweep in words: what was trained, on what, and what came of it. */
export function overview({ sweep, rows, tags, activations, fields, evaluations }: Report): Html {
  const distinct = (of: (row: Report['rows'][number]) => string | number): string[] => [
    ...new Set(rows.map((row) => String(of(row)))),
  ];
  const configurations = new Set(rows.map(({ configuration }) => configuration)).size;
  const finished = rows.filter(({ status }) => status === 'finished').length;
  const models = [...new Set(activations.map(({ model }) => model))];
  const others = Map.groupBy(
    rows.filter(({ status }) => status !== 'finished'),
    ({ status }) => status,
  );
  const facts: [string, string][] = [
    ['Runs', `${countText(rows.length, 'run').slice(4)}, ${integer(configurations)} configurations`],
    [
      'Finished',
      [
        `${integer(finished)} of ${integer(rows.length)}`,
        ...[...others].map(([status, of]) => `${of.length} ${status}`),
      ].join(', '),
    ],
    ['Variants', distinct(({ versionedVariant }) => versionedVariant).join(', ')],
    ['Hooks', distinct(({ hook }) => hook).join(', ')],
    ['Widths', distinct(({ width }) => width).join(', ')],
    ['Seeds', distinct(({ seed }) => seed).join(', ')],
    ['Varied', fields.keys.map(({ label }) => label).join(', ')],
    ['Model', models.map(shareable).join(', ')],
    ['Evaluations', [...new Set(evaluations.map(({ name }) => name))].join(', ')],
    ['Last started', instant(sweep.lastStartedAt)],
    ['Tags', tags.join(', ')],
  ];
  return html`${factList(facts)}
  ${sweep.notes !== '' && html`<blockquote dir="auto">${sweep.notes}</blockquote>`}`;
}
