/** Every figure, curve and histogram that the vocabulary names is on the pages, under its name and in its order. */
import {
  appendCurves,
  enqueueRuns,
  saveResult,
  startRun,
  upsertSweep,
  upsertVariant,
  type Db,
} from '@sae-lab/db';
import {
  ALL_FIGURES,
  CURVES,
  FIGURES,
  figureText,
  headingOf,
  HISTOGRAMS,
  isShownCurve,
} from '@sae-lab/measures';
import { expect, test } from 'vitest';
import { COLUMNS } from '../src/sweeps/columns.ts';
import { setUpDashboard } from './set-up-site.ts';

/** A different value for each figure, so that the test can find it again. */
const VALUES = Object.fromEntries(ALL_FIGURES.map(({ key }, index) => [key, 0.1234 + index / 100]));

const site = setUpDashboard({ prepare: ({ database }) => storeEverything(database.db) });

/** A run with every figure, curve and histogram that the vocabulary names. */
async function storeEverything(db: Db): Promise<void> {
  const sweep = { name: 's', definitionHash: 'h', definition: {}, file: 'f', source: '' };
  const [run] = await enqueueRuns(db, (await upsertSweep(db, sweep)).id, [
    {
      runHash: 'a'.repeat(64),
      variant: 'topk',
      mathVersion: 1,
      hyper: { k: 8 },
      hook: 'h',
      width: 8,
      seed: 0,
      activationsId: 'a',
      config: {},
      lossConvention: 'none',
    },
  ]);
  await upsertVariant(db, {
    name: 'topk',
    mathVersion: 1,
    packageName: '',
    packageVersion: '',
    paper: 'https://example.org',
    sparsity: 'k',
    hyperSchema: {},
    curves: { theta: { label: 'Cut-off', unit: 'input norms', meaning: 'Mean of θ over the latents.' } },
  });
  const runId = run!.id;
  const attempt = { runId, attempt: (await startRun(db, runId, { provenance: {} }))! };
  const keys = ['theta', 'aux_threshold', ...Object.keys(CURVES), 'loss/reconstruction'];
  await appendCurves(db, {
    ...attempt,
    curves: Object.fromEntries(keys.map((key) => [key, { steps: [0, 1], values: [1, 2] }])),
  });
  await saveResult(db, {
    ...attempt,
    figures: { a_new_figure: 0.987_65, ...VALUES },
    histograms: Object.keys(HISTOGRAMS).map((name) => ({ name, edges: [0, 1], counts: [3] })),
    artifacts: [],
    seconds: 1,
    finalStep: 2,
  });
}

async function htmlOf(path: string): Promise<string> {
  return (await fetch(site.url + path)).text();
}

async function textsOf(path: string, element: string): Promise<string[]> {
  const html = await htmlOf(path);
  return [...html.matchAll(new RegExp(`<${element}[^>]*>(.*?)</${element}>`, 'gs'))].map(([, inner]) =>
    inner!
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&gt;', '>')
      .replaceAll('&lt;', '<')
      .replaceAll('&amp;', '&')
      .trim(),
  );
}

test('the page of a run has every figure in order, and last the one that it does not know', async () => {
  const labels = await textsOf('/runs/1', 'dt');
  const values = await textsOf('/runs/1', 'dd');
  const known = ALL_FIGURES.length;
  expect(labels.slice(0, known + 1)).toEqual([...ALL_FIGURES.map(({ label }) => label), 'A new figure']);
  expect(values.slice(0, known)).toEqual(ALL_FIGURES.map((figure) => figureText(figure, VALUES[figure.key])));
  expect(values[known]).toBe('0.9877');
});

test('the page of a run has every curve and histogram in order, and last those that a variant logs', async () => {
  const { loss, ...others } = Object.fromEntries(Object.entries(CURVES).filter(([key]) => isShownCurve(key)));
  expect(await textsOf('/runs/1', 'h2')).toContain(loss!.label);
  expect(await htmlOf('/runs/1')).not.toContain(CURVES.sparse_code.label);
  const curves = [...Object.values(others).map(({ label }) => label), 'Aux threshold', 'Cut-off'];
  const histograms: string[] = Object.values(HISTOGRAMS).map(({ label }) => label);
  // The loss curves stand with the histograms of the notebook.
  histograms.splice(2, 0, 'Loss curves');
  expect((await textsOf('/runs/1', 'h3')).slice(0, curves.length + histograms.length)).toEqual([
    ...curves,
    ...histograms,
  ]);
});

test('the page of a run describes a curve of the variant as the variant does', async () => {
  const html = await htmlOf('/runs/1');
  expect(html).toMatch(
    /<h3[^>]*title="Mean of θ over the latents\."[^>]*>Cut-off<\/h3><p[^>]*>Input norms<\/p>/,
  );
});

test('the table of a sweep has the figures that are prominent, and all of them on request', async () => {
  const all = await textsOf('/sweeps/1?figures=all', 'th');
  expect(all).toEqual(COLUMNS.map(({ label }) => label));
  for (const figure of ALL_FIGURES) expect(all).toContain(headingOf(figure));
  const cells = await textsOf('/sweeps/1?figures=all', 'td');
  for (const figure of ALL_FIGURES) {
    expect(cells[all.indexOf(headingOf(figure))]).toBe(figureText(figure, VALUES[figure.key]));
  }
  const main = await textsOf('/sweeps/1', 'th');
  const figures = Object.values(FIGURES);
  expect(figures.filter((figure) => main.includes(headingOf(figure)))).toEqual(
    figures.filter(({ prominence }) => prominence !== 'detail'),
  );
});
