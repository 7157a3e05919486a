import { formatOf, LATENT_MEASURES } from '@sae-lab/measures';
import { rowLabel } from '../../src/compare/row-label.ts';
import { html } from '../html.ts';
import type { Report } from '../load-report.ts';
import type { Section } from '../section.ts';
import { dataFiles, shownTable } from '../table.ts';

/** Labels on the page; the files have all of them. */
const MOST_SHOWN = 300;
const scoreText = formatOf(LATENT_MEASURES.score);

/** What people and language models call the latents of the sweep's runs and of the SAEs that it compares them with. Names of people are left out. */
export function labelSection({ labels, rows, sweep }: Report): Section | undefined {
  if (labels.length === 0) return undefined;
  const runNames = new Map(rows.map((row) => [row.id, rowLabel(row, { hook: true, width: true })]));
  const saeName = ({ run, sae }: (typeof labels)[number]): string =>
    run === null ? `${sae!.name}, ${sae!.hook}, width ${sae!.width}` : (runNames.get(run.id) ?? '');
  const by = ({ kind, author }: (typeof labels)[number]): string => (kind === 'label' ? 'a person' : author);
  const table = {
    name: 'labels',
    caption: `Labels of latents, the newest first. Sweep “${sweep.name}”; n = ${labels.length}.`,
    records: labels.map((label) => ({
      run: label.run?.runHash.slice(0, 8) ?? null,
      sae: label.sae?.name ?? null,
      latent: label.latent,
      label: label.text,
      by: by(label),
      score: label.score,
      written: label.writtenAt.toISOString(),
    })),
    headings: ['Label', 'Latent', 'SAE', 'By', LATENT_MEASURES.score.label],
    rows: labels.map((label) => [
      label.text,
      String(label.latent),
      saeName(label),
      by(label),
      label.score === null ? '' : scoreText(label.score),
    ]),
    numeric: [false, true, false, false, true],
  };
  const shown = shownTable({ ...table, rows: table.rows.slice(0, MOST_SHOWN) });
  return {
    id: 'labels',
    title: 'Labels',
    files: dataFiles(table),
    body: html`${
      table.rows.length > MOST_SHOWN &&
      html`<p>The newest ${MOST_SHOWN} labels are shown. The files have all ${table.rows.length}.</p>`
    }${shown.body}`,
  };
}
