import axe from 'axe-core';
import { readFile } from 'node:fs/promises';
import {
  divergeRun,
  enqueueRuns,
  runsOfSweep,
  saveResult,
  startRun,
  upsertSweep,
  type EvaluatedRun,
} from '@sae-lab/db';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { likeRun } from './sample-sweeps.ts';
import { trainTinySweep } from './tiny-sweep.ts';
import { setUpSite } from './set-up-site.ts';

let runs: EvaluatedRun[];

const site = setUpSite({
  prepare: async ({ dataDir, database }) => {
    await trainTinySweep(dataDir, 'compared');
    runs = await runsOfSweep(database.db, 1);
  },
});
const { open } = site;

/** Clicks an export button and returns the file. */
async function exported(page: Page, label: string): Promise<{ name: string; content: Buffer }> {
  const download = page.waitForEvent('download');
  const buttons = page.getByRole('group', { name: 'Export', exact: true });
  await buttons.getByRole('button', { name: label }).click();
  const file = await download;
  return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
}

/** The texts of the legend of a saved image. */
function legendOf(svg: string): string[] {
  const [, legend] = /<g font-size="11">([^]*?)<\/g>/.exec(svg)!;
  return [...legend!.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
}

const matchedRows = (page: Page) =>
  page.getByRole('table', { name: 'At matched L0' }).locator('tbody tr').allInnerTexts();

/** A figure of two runs on the line through them, over log L0. */
function betweenTwo([a, b]: readonly EvaluatedRun[], figure: string, l0: number): number {
  const at = ({ figures }: EvaluatedRun) => [Math.log(figures['l0']!), figures[figure]!] as const;
  const [[x1, y1], [x2, y2]] = [at(a!), at(b!)];
  return (y1 * (x2 - Math.log(l0)) + y2 * (Math.log(l0) - x1)) / (x2 - x1);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('from a sweep to its groups at matched L0, with a link and files that say the same', async () => {
  const page = await open('/sweeps/1');
  await page.getByRole('link', { name: 'Compare runs' }).click();
  await page.waitForURL(/\/compare\?sweep=1$/);

  await page.getByLabel('L0s').fill('8, 400');
  await page.getByLabel('L0s').press('Enter');
  await page.waitForURL(/l0=8,400/);
  const topk = runs.filter(({ variant }) => variant === 'topk');
  const expected = (figure: string) =>
    mean(
      [0, 1].map((seed) =>
        betweenTwo(
          topk.filter((run) => run.seed === seed),
          figure,
          8,
        ),
      ),
    );
  const rows = await matchedRows(page);
  expect(rows).toHaveLength(4);
  expect(rows[0]).toContain(expected('explained_variance').toFixed(4));
  expect(rows[2]).toMatch(/^400\s+topk\s+Outside 4 to 1\d\S*\s+0/);

  await page.getByRole('combobox', { name: 'Baseline', exact: true }).selectOption('batch-topk');
  await page.waitForURL(/baseline=batch-topk/);
  await page.getByRole('combobox', { name: 'Measure', exact: true }).selectOption('MSE');
  await page.waitForURL(/measure=mse/);
  const shown = await matchedRows(page);
  expect(shown[0]).toMatch(/Better|Worse|Cannot distinguish/);
  expect(shown[1]).toContain('Baseline');
  await page.reload({ waitUntil: 'networkidle' });
  expect(await matchedRows(page)).toEqual(shown);

  const csv = await exported(page, 'CSV');
  expect(csv.name).toBe('matched-l0-mse.csv');
  const [caption, heading, first] = csv.content.toString().split('\n');
  expect(caption).toMatch(/^# MSE at matched L0 .* Sweep “compared”; n = 8 runs; commit/);
  expect(heading).toMatch(/^variant,l0,measure,seeds,mean,low,high,baseline,pairs,difference/);
  expect(Number(first!.split(',')[4])).toBeCloseTo(expected('mse'), 6);
  const { rows: records } = JSON.parse((await exported(page, 'JSON')).content.toString()) as {
    rows: object[];
  };
  expect(records).toHaveLength(4);
  const latex = (await exported(page, 'LaTeX')).content.toString();
  expect(latex).toContain('\\toprule');
  expect(latex).toMatch(/\\caption\{MSE at matched L0 .* n = 8 runs/);
});

test('ids, ranges and hashes name runs, and the back button returns to the view before', async () => {
  const last = runs.find(({ id }) => id === 8)!;
  const page = await open(`/compare?runs=1-3,${last.runHash.slice(0, 10)}`);
  await page.getByText('4 runs').waitFor();
  await page.getByRole('button', { name: 'Configuration' }).click();
  await page.waitForURL(/view=configuration/);
  const table = page.getByRole('table', { name: 'Settings that differ' });
  await table.waitFor();
  expect(await table.locator('thead').innerText()).toMatch(/Variant\s+k\s+Seeds/);
  await page.goBack();
  await page.getByRole('table', { name: 'At matched L0' }).waitFor();
});

test('a point of the scatter opens its runs, and the chart is saved with its colours', async () => {
  const page = await open('/compare?sweep=1&view=scatter');
  const svg = page.getByRole('img', { name: /Explained variance against L0/ });
  await svg.waitFor();
  await page.getByText(/from the reference point/).waitFor();
  // Each of the four configurations has one mark.
  const marks = svg.locator('path[fill^="var(--variant"]');
  expect(await marks.count()).toBe(4);
  await marks.first().hover();
  await svg.getByText('n = 2 seeds, click to see each').waitFor();
  await marks.first().click();
  await page.waitForURL(/members=\d+/);
  const members = page.getByRole('region', { name: /^Runs of/ });
  await members.waitFor();
  expect(await members.getByRole('link').allTextContents()).toEqual([
    'Seed 0',
    'latents',
    'Seed 1',
    'latents',
  ]);
  await members.getByRole('button', { name: 'Close' }).click();
  await members.waitFor({ state: 'detached' });

  const file = (await exported(page, 'SVG')).content.toString();
  expect(file).toMatch(/^<svg[^>]* xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(file).not.toContain('var(');
  expect(file).toContain('n = 8 runs');
  // What the marks stand for, in colours of the page.
  expect(legendOf(file)).toEqual(['Variant', 'topk', 'batch-topk']);
  const png = (await exported(page, 'PNG')).content;
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBeGreaterThan(2000);

  await page.getByRole('combobox', { name: 'y', exact: true }).selectOption('L2 ratio');
  await page.waitForURL(/y=l2_ratio/);
  await page.getByText('no Pareto front').waitFor();
  await page.getByRole('combobox', { name: 'Seeds', exact: true }).selectOption('Each run');
  await page.waitForURL(/seeds=each/);
  await page.getByText('Table of the points').click();
  const points = page.getByRole('table', { name: 'Points of the scatter' });
  await points.waitFor();
  // The runs, and the references.
  expect(await points.locator('tbody tr').count()).toBe(10);
});

test('small multiples share a chart, and references are in it or next to it with their values', async () => {
  const page = await open('/compare?sweep=1&view=scatter');
  const svg = page.getByRole('img', { name: /Explained variance against L0/ });
  await svg.getByText('pca k=8').waitFor();
  // The mean has an L0 of 0: a line across, or with its value below the chart.
  await page.getByRole('combobox', { name: 'References', exact: true }).selectOption('All');
  await page.waitForURL(/references=all/);
  await svg.getByText('mean', { exact: true }).waitFor();
  await page.getByRole('combobox', { name: 'Charts', exact: true }).selectOption('By k');
  await page.waitForURL(/facet=hyper.k/);
  await page.getByRole('combobox', { name: 'Shape', exact: true }).selectOption('k');
  await page.waitForURL(/shape=hyper.k/);
  expect(legendOf((await exported(page, 'SVG')).content.toString())).toEqual(
    'Variant topk batch-topk k 4 6 16 24'.split(' '),
  );
  await page.getByRole('combobox', { name: 'Shape', exact: true }).selectOption('As colour');
  // One chart for each k, and each has the references of its hook.
  for (const k of ['4', '6', '16', '24'])
    await svg
      .locator(`text[font-weight="500"], g[font-weight="500"] text`)
      .getByText(`k ${k}`, { exact: true })
      .waitFor();
  expect(await svg.getByText('pca k=8').count()).toBe(4);
  await page.getByRole('combobox', { name: 'References', exact: true }).selectOption('None');
  await page.waitForURL(/references=none/);
  await svg.getByText('pca k=8').first().waitFor({ state: 'detached' });
  const { rows: points } = JSON.parse((await exported(page, 'JSON')).content.toString()) as {
    rows: { facet: string }[];
  };
  expect(points.map(({ facet }) => facet)).toEqual(['4', '16', '6', '24']);
});

test('groups are compared with the references at their L0', async () => {
  const page = await open('/compare?sweep=1');
  const rows = page.getByRole('table', { name: 'References' }).locator('tbody tr');
  const texts = await rows.allInnerTexts();
  expect(texts).toHaveLength(3);
  expect(texts[0]).toMatch(/^mean\s+Baseline\s+0\s+−?0\.00\d\d/);
  expect(texts[1]).toMatch(/^pca k=8\s+Baseline\s+8\s+0\.\d{4}\s+topk\s+0\.\d{4} \[/);
  expect(texts[2]).toMatch(/batch-topk/);
});

test('a brush narrows the runs of every view, by pointer and by keyboard, and a link keeps it', async () => {
  const page = await open('/compare?sweep=1&view=parallel&axes=variant,hyper.k,l0,explained_variance');
  const lower = page.getByRole('slider', { name: 'k, lower end' });
  const upper = page.getByRole('slider', { name: 'k, upper end' });
  await upper.focus();
  expect(await upper.getAttribute('aria-valuetext')).toBe('24');
  // From 24 down to 14, in fiftieths of the axis.
  for (const key of ['PageDown', 'PageDown', ...Array.from({ length: 5 }, () => 'ArrowDown')])
    await upper.press(key);
  await page.getByText('4 of 8 runs are in all brushes').waitFor();
  await page.waitForURL((url) => url.searchParams.get('brush') === '[["hyper.k",4,14]]');
  await page.reload({ waitUntil: 'networkidle' });
  await page.getByText('4 of 8 runs are in all brushes').waitFor();
  // Dragged from above the first axis to its middle: the upper variant is left.
  const axis = await page.getByRole('slider', { name: 'Variant, upper end' }).boundingBox();
  const foot = await page.getByRole('slider', { name: 'Variant, lower end' }).boundingBox();
  const middle = axis!.x + axis!.width / 2;
  await page.mouse.move(middle, axis!.y + axis!.height + 4);
  await page.mouse.down();
  await page.mouse.move(middle, (axis!.y + foot!.y) / 2, { steps: 5 });
  await page.mouse.move(middle, (axis!.y + foot!.y) / 2 - 30);
  await page.mouse.up();
  await page.getByText('2 of 8 runs are in all brushes').waitFor();
  await page.waitForURL((url) => url.searchParams.get('brush')!.includes('"variant"'));
  await page.getByRole('button', { name: 'Scatter' }).click();
  await page.getByText(/Variant batch-topk.*; n = 2 runs/).waitFor();
  await page.getByRole('button', { name: /^Remove the brush: Variant/ }).click();
  await page.getByText(/; n = 4 runs/).waitFor();
  // Back to the view before, with both brushes.
  await page.goBack();
  await page.getByText('2 of 8 runs are in all brushes').waitFor();
  await lower.press('Delete');
  await page.getByText('4 of 8 runs are in all brushes').waitFor();
});

test('an axis is dragged to another place, or moved by the keyboard, and a link keeps the order', async () => {
  const page = await site.open('/compare?sweep=1&view=parallel&axes=variant,hyper.k,l0,explained_variance');
  const grip = (name: string) => page.getByRole('slider', { name: `${name}, place of the axis` });
  const axes = (url: URL) => url.searchParams.get('axes');
  const box = async (name: string) => (await grip(name).boundingBox())!;
  const [from, to] = [await box('Variant'), await box('L0')];
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2 + 4, to.y, { steps: 5 });
  // The others have made room before the axis is dropped.
  expect(await grip('L0').getAttribute('aria-valuetext')).toBe('2 of 4');
  expect(axes(new URL(page.url()))).toBe('variant,hyper.k,l0,explained_variance');
  await page.mouse.up();
  await page.waitForURL((url) => axes(url) === 'hyper.k,l0,variant,explained_variance');
  // The focus stays on the axis that moves.
  await grip('k').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForURL((url) => axes(url) === 'l0,variant,hyper.k,explained_variance');
  await page.keyboard.press('Home');
  await page.waitForURL((url) => axes(url) === 'hyper.k,l0,variant,explained_variance');
  await page.reload({ waitUntil: 'networkidle' });
  expect(await grip('Variant').getAttribute('aria-valuetext')).toBe('3 of 4');
  // Labels keep clear of the handles.
  const overlaps = await page.evaluate(() => {
    const of = (selector: string) =>
      [...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect());
    const handles = of('[role=slider][aria-orientation=vertical] rect:last-of-type');
    const labels = of('svg[role=group] g[aria-hidden] text');
    return labels.filter((label) =>
      handles.some(
        (handle) =>
          label.right > handle.left &&
          label.left < handle.right &&
          label.bottom > handle.top &&
          label.top < handle.bottom,
      ),
    ).length;
  });
  expect(overlaps).toBe(0);
});

test('importance needs ten runs, and orders settings by their share of the variance', async () => {
  const page = await open('/compare?sweep=1&view=importance');
  await page.getByRole('heading', { name: 'Too few runs for importance' }).waitFor();
  await page.getByText('8 of these runs have this measure').waitFor();
  const more = await runsOfSweep(site.db, await sweepOf('more', [4, 4, 4, 4]));
  const ids = [...runs, ...more].map(({ id }) => id).join(',');
  await page.goto(`${site.url}/compare?runs=${ids}&view=importance&measure=l0`);
  await page.getByText('Table of the settings').click();
  const table = page.getByRole('table', { name: 'Importance of settings' });
  await table.locator('tbody tr').first().waitFor();
  const settings = await table.locator('tbody tr').allInnerTexts();
  expect(settings[0]).toMatch(/^k\s+\d+\.\d % \[/);
  expect(settings.find((text) => text.startsWith('Seed'))).toBeDefined();
  const csv = (await exported(page, 'CSV')).content.toString();
  expect(csv).toMatch(/random forest of 200 trees.*n = 12 runs; commit/);
});

test('versions of a variant are groups with their own marks, also on the page of a sweep', async () => {
  const { db } = site;
  const newer = await sweepOf('newer', [4], { mathVersion: 99 });
  const [first] = await runsOfSweep(db, newer);
  const page = await open(`/compare?runs=${runs[0]!.id},${first!.id}&view=scatter`);
  const groups = page.getByRole('list', { name: 'Groups' }).getByRole('listitem');
  await groups.nth(1).waitFor();
  expect(await groups.allInnerTexts()).toEqual([
    expect.stringMatching(/^topk v\d\s+1$/),
    expect.stringMatching(/^topk v99\s+1$/),
  ]);
  const marks = await groups
    .locator('path')
    .evaluateAll((paths) => paths.map((path) => [path.getAttribute('fill'), path.getAttribute('d')]));
  expect(marks[0]![0]).not.toBe(marks[1]![0]);
  expect(marks[0]![1]).not.toBe(marks[1]![1]);

  // The sweep starts again after the variant had got a new version.
  await enqueueRuns(db, newer, [likeRun(runs[0]!)]);
  await page.goto(`${site.url}/sweeps/${newer}`);
  const rows = page.getByRole('table', { name: 'Runs' }).locator('tbody tr');
  await rows.nth(1).waitFor();
  const inTable = await rows
    .locator('td:first-child')
    .evaluateAll((cells) =>
      cells.map((cell): [string, string | null] => [
        cell.textContent,
        cell.querySelector('path')!.getAttribute('fill'),
      ]),
    );
  // Both runs have the first place of the sweep.
  const fills = new Map(inTable);
  expect([...fills.keys()].toSorted()).toEqual([expect.stringMatching(/^topk v\d$/), 'topk v99']);
  expect(fills.get('topk v99')).toBe('var(--variant-vermilion)');
  expect(new Set(fills.values()).size).toBe(2);
});

test('histograms share their axes', async () => {
  const page = await open('/compare?sweep=1&view=histograms');
  await page.getByRole('heading', { name: 'Latent density' }).waitFor();
  expect(await page.getByRole('img', { name: /latents/ }).count()).toBe(8);
  const file = (await exported(page, 'SVG')).content.toString();
  expect(file.match(/topk k=/g)!.length).toBeGreaterThanOrEqual(8);
  expect(legendOf(file)).toEqual(['Variant', 'topk', 'batch-topk']);
  expect(file).toContain('n = 8 runs');
  await page
    .getByRole('combobox', { name: 'Histogram', exact: true })
    .selectOption('Active latents per token');
  await page.waitForURL(/histogram=active_units/);
  await page.getByRole('heading', { name: 'Active latents per token' }).waitFor();
  expect((await exported(page, 'CSV')).content.toString()).toContain('run,label,from,to,count,share');
});

test.for([
  ['/compare', 'No runs selected'],
  ['/compare?sweep=999', 'No such sweep'],
  ['/compare?sweep=x', 'No such sweep'],
  ['/compare?runs=999999', 'No such runs'],
  ['/compare?runs=1', 'One run is not a comparison'],
  ['/compare?runs=nonsense', 'No such runs'],
  ['/compare?runs=1-600', 'Too many runs'],
] as const)('%s says what is wrong', async ([path, title]) => {
  const page = await open(path);
  expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual([title]);
});

/** Runs with these L0s; null diverges. */
async function sweepOf(
  name: string,
  l0s: readonly (number | null)[],
  given: { mathVersion?: number } = {},
): Promise<number> {
  const { db } = site;
  const { id } = await upsertSweep(db, {
    name,
    definitionHash: name,
    definition: {},
    file: 'x.ts',
    source: '',
  });
  const specs = l0s.map((_, seed) => {
    const { variant, mathVersion, hyper, hook, width, activationsId, config, lossConvention } = runs[0]!;
    const spec = { variant, mathVersion, hyper, hook, width, activationsId, config, lossConvention, seed };
    return { ...spec, ...given, runHash: `${name}-${seed}` };
  });
  for (const [index, run] of (await enqueueRuns(db, id, specs)).entries()) {
    const attempt = {
      runId: run.id,
      attempt: (await startRun(db, run.id, { provenance: {}, totalSteps: 1 }))!,
    };
    const l0 = l0s[index]!;
    if (l0 === null) {
      const error = { code: 'training.diverged', message: 'the loss is NaN' };
      await divergeRun(db, { ...attempt, step: 1, error });
      continue;
    }
    const figures = { l0, explained_variance: 0.5 + index / 100 };
    await saveResult(db, { ...attempt, figures, histograms: [], artifacts: [], seconds: 1, finalStep: 1 });
  }
  return id;
}

test('runs that all diverged have no figures, and every view says so', async () => {
  const id = await sweepOf('diverged', [null, null, null]);
  const page = await open(`/compare?sweep=${id}`);
  await page.getByRole('heading', { name: 'No run has figures to compare' }).waitFor();
  for (const [view, title] of [
    ['Scatter', 'No points to draw'],
    ['Importance', 'Too few runs for importance'],
    ['Curves', 'No curves to draw'],
    ['Histograms', 'No histograms to draw'],
    ['Parallel coordinates', 'Two axes are needed'],
    ['Configuration', 'All runs have the same configuration'],
  ] as const) {
    await page.getByRole('button', { name: view }).click();
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([title]);
  }
});

test('a run that diverged among others is counted where it is not drawn', async () => {
  const id = await sweepOf('one diverged', [8, null, 16]);
  const page = await open(`/compare?sweep=${id}&view=scatter&seeds=each`);
  await page.getByText('1 of 3 runs is not drawn').waitFor();
  await page.getByText(/; n = 2 runs/).waitFor();
  await page.getByRole('button', { name: 'Parallel coordinates' }).click();
  // Its line is below the axes of the figures.
  await page.getByText('3 of 3 runs are in all brushes').waitFor();
  await page.getByRole('slider', { name: 'L0, lower end' }).press('ArrowUp');
  await page.getByText('1 of 3 runs are in all brushes').waitFor();
  expect(await page.getByRole('list', { name: 'Brushes' }).innerText()).toMatch(/^L0 from 8\.2 to 16\.0/);
});

test('L0s that are equal up to rounding are one L0', async () => {
  const id = await sweepOf('equal', [32, 32 * (1 + 1e-14), 32 * (1 - 1e-14)]);
  const page = await open(`/compare?sweep=${id}`);
  expect(await matchedRows(page)).toEqual([
    expect.stringMatching(/^32\s+topk\s+0\.5100 \[.*\]\s+3\s+Baseline/),
  ]);
  await page.getByRole('button', { name: 'Scatter' }).click();
  const ticks = page.getByRole('img', { name: /against L0/ }).locator('text');
  await expect.poll(async () => (await ticks.allTextContents()).includes('30')).toBe(true);
});

test.for(['matched', 'scatter', 'parallel', 'importance', 'curves', 'histograms', 'configuration'])(
  'axe finds nothing in %s, which fits a phone',
  async (view) => {
    for (const [width, colorScheme] of [
      [390, 'light'],
      [1440, 'dark'],
    ] as const) {
      const page = await open(`/compare?sweep=1&view=${view}&members=0&facet=hyper.k&references=all`, {
        viewport: { width, height: 844 },
        colorScheme,
        bypassCSP: true,
      });
      await page.addScriptTag({ content: axe.source });
      const violations = await page.evaluate(async () => {
        const { axe: auditor } = globalThis as unknown as { axe: typeof axe };
        return (await auditor.run(document)).violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
        );
      });
      expect(violations).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  },
);
