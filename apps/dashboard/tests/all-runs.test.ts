// cspell:ignore vari expained שלום עולם
/** The table of all runs in a real browser: none, one, odd names, 10,000. */
import axe from 'axe-core';
import { parquetReadObjects } from 'hyparquet';
import { enqueueRuns, saveResult, startRun, upsertSweep, type NewRun } from '@sae-lab/db';
import { runTable, runTableKeys } from '@sae-lab/db/reading';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seed } from '../bench/seed.ts';
import { setUpSite } from './set-up-site.ts';

const site = setUpSite();
const { open } = site;

const grid = (page: Page): Locator => page.getByLabel('Runs', { exact: true });
const rows = (page: Page): Locator => grid(page).locator('[role=row][id^=run-row-]');
/** A cell by the heading of its column and its row on the screen, from 0. */
async function cell(page: Page, heading: string, row: number): Promise<Locator> {
  const headings = await grid(page).getByRole('columnheader').allTextContents();
  return page.locator(`#run-row-${row} [role=gridcell]`).nth(headings.indexOf(heading));
}
const filterBar = (page: Page): Locator => page.getByRole('combobox', { name: 'Filter' });
const count = (page: Page, text: string): Promise<void> =>
  page
    .getByRole('status')
    .filter({ hasText: new RegExp(`^${text} runs?$`) })
    .waitFor();

async function violations(page: Page): Promise<string[]> {
  // Rows that are being replaced are dimmed.
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (window as unknown as { axe: typeof axe }).axe.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  });
}

const NAMES = ['it\'s "quoted" <b>', '🧪 emoji', 'שלום עולם', 'x'.repeat(300)];

function run(given: Partial<NewRun>): NewRun {
  return {
    runHash: `${given.seed ?? 0}`.padStart(64, 'f'),
    variant: 'topk',
    mathVersion: 1,
    hyper: { k: 8 },
    hook: 'blocks.0.hook_mlp_out',
    width: 64,
    seed: 0,
    activationsId: 'a',
    config: {},
    lossConvention: 'none',
    ...given,
  };
}

async function finish(runId: number, figures: Record<string, number>): Promise<void> {
  const { db } = site;
  const attempt = (await startRun(db, runId, { provenance: {}, totalSteps: 10 }))!;
  const rest = { histograms: [], artifacts: [], seconds: 1, finalStep: 10 };
  await saveResult(db, { runId, attempt, figures, ...rest });
}

test('an empty database says what to do, and its first run appears by itself', async () => {
  const { db } = site;
  const page = await open('/runs');
  await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
  expect(await violations(page)).toEqual([]);
  const sweep = { definitionHash: 'odd', definition: {}, file: 'f', source: '' };
  const { id } = await upsertSweep(db, { name: NAMES[0]!, ...sweep });
  const [first] = await enqueueRuns(db, id, [run({})]);
  await count(page, '1');
  expect(await (await cell(page, 'Status', 0)).textContent()).toBe('Queued');
  // The rest of the page stays as it is.
  await filterBar(page).fill('seed = 0');
  await finish(first!.id, { l0: 8, explained_variance: 0.5 });
  await page.locator('#run-row-0').getByText('Finished').waitFor();
  expect(await filterBar(page).inputValue()).toBe('seed = 0');
});

test('names of any kind are shown, filtered by and sorted', async () => {
  const { db } = site;
  for (const [index, name] of NAMES.entries()) {
    const sweep = { definitionHash: `odd ${index}`, definition: {}, file: 'f', source: '' };
    const { id } = await upsertSweep(db, { name, ...sweep });
    const [added] = await enqueueRuns(db, id, [run({ seed: index + 1, hook: name })]);
    // One without a figure, one with an infinite one.
    await finish(added!.id, index === 0 ? {} : { l0: index === 1 ? Infinity : index, mse: Number.NaN });
  }
  for (const name of NAMES) {
    const page = await open(`/runs?filter=${encodeURIComponent(`hook = ${JSON.stringify(name)}`)}`);
    await count(page, '1');
    expect(await (await cell(page, 'Hook', 0)).textContent()).toBe(name);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1440);
    await page.context().close();
  }
  const page = await open('/runs?sort=l0&dir=desc');
  await count(page, '5');
  const values = [];
  for (let row = 0; row < 5; row++) values.push(await (await cell(page, 'L0', row)).textContent());
  expect(values).toEqual(['∞', '8.0', '3.0', '2.0', '–']);
});

test('a view is saved with its name, opened, renamed and deleted, and comes back', async () => {
  const page = await open('/runs?filter=seed+%3E+2&sort=l0');
  await page.locator('summary', { hasText: 'Views' }).click();
  await page.getByLabel('Name of the view').fill(NAMES[1]!);
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('button', { name: NAMES[1]!, exact: true }).waitFor();

  const other = await open('/runs');
  await count(other, '5');
  await other.locator('summary', { hasText: 'Views' }).click();
  await other.getByRole('button', { name: NAMES[1]!, exact: true }).click();
  await other.waitForURL(/filter=seed/);
  await count(other, '2');
  expect(await filterBar(other).inputValue()).toBe('seed > 2');
  expect(await grid(other).getByRole('columnheader', { name: 'L0' }).getAttribute('aria-sort')).toBe(
    'ascending',
  );
  expect(await violations(other)).toEqual([]);
  await other.getByRole('button', { name: `Rename view ${NAMES[1]!}` }).click();
  await other.getByLabel(`New name of ${NAMES[1]!}`).fill(NAMES[2]!);
  await other.getByRole('button', { name: 'Rename', exact: true }).click();
  await other.getByRole('button', { name: `Delete view ${NAMES[2]!}` }).click();
  await other.getByText('under a name.').waitFor();
  const undo = other.getByRole('status', { name: 'Deleted view' });
  await undo.getByRole('button', { name: 'Undo' }).click();
  await other.getByRole('button', { name: NAMES[2]!, exact: true }).waitFor();
  await undo.waitFor({ state: 'detached' });
  expect(await (await fetch(`${site.url}/api/runs/views`)).json()).toEqual([
    { name: NAMES[2], query: 'filter=seed+%3E+2&sort=l0' },
  ]);
  await other.getByRole('button', { name: `Delete view ${NAMES[2]!}` }).click();
  await other.getByText('under a name.').waitFor();
});

test('selected runs are tagged, and shown alone', async () => {
  const page = await open('/runs');
  await page.getByLabel('Select run 2').check();
  await page.getByLabel('Select run 3').check();
  await page.waitForURL(/selected=2,3/);
  const bar = page.getByRole('region', { name: 'Selected runs' });
  await bar.getByText('2 selected').waitFor();
  expect(await violations(page)).toEqual([]);
  await bar.getByLabel('Tag').fill('🧪 "best"');
  await bar.getByRole('button', { name: 'Add tag' }).click();
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('[aria-label=Tag]')?.value === '',
  );

  await bar.getByText('Tagged 2 runs.').waitFor();
  await bar.getByRole('button', { name: 'Undo' }).click();
  await bar.getByText('Undone.').waitFor();
  await bar.getByLabel('Tag').fill('🧪 "best"');
  await bar.getByRole('button', { name: 'Add tag' }).click();
  await bar.getByText('Tagged 2 runs.').waitFor();

  await filterBar(page).fill('tag = "🧪 \\"best\\""');
  await filterBar(page).press('Enter');
  await count(page, '2');
  await bar.getByLabel('Tag').fill('🧪 "best"');
  await bar.getByRole('button', { name: 'Remove tag' }).click();
  await page.getByText('No run passes this filter.').waitFor();
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await count(page, '5');
  await bar.getByRole('button', { name: 'Show only these' }).click();
  await page.waitForURL(/filter=id\+in/);
  await count(page, '2');
  await bar.getByRole('button', { name: 'Clear' }).click();
  await bar.waitFor({ state: 'detached' });
});

test('a step back from another page shows the rows of the filter again', async () => {
  const page = await open('/runs');
  const all = await page
    .getByRole('status')
    .filter({ hasText: / runs$/ })
    .innerText();
  await filterBar(page).fill('seed = 1');
  await page.keyboard.press('Enter');
  await count(page, '1');
  await page.getByRole('link', { name: 'Sweeps', exact: true }).click();
  await page.getByRole('heading', { name: 'Sweeps' }).waitFor();
  await page.goBack();
  await count(page, '1');
  expect(await filterBar(page).inputValue()).toBe('seed = 1');
  expect(all).not.toBe('1 run');
});

test('only pages of the dashboard may write', async () => {
  const url = `${site.url}/api/runs/views`;
  const write = (headers: Record<string, string>, body: unknown): Promise<Response> =>
    fetch(url, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const view = { name: 'x', query: '' };
  expect((await write({}, view)).status).toBe(403);
  expect((await write({ Origin: 'http://localhost:1' }, view)).status).toBe(403);
  expect((await write({ Origin: site.url }, { name: '' })).status).toBe(400);
  expect((await write({ Origin: site.url }, { name: 'x'.repeat(301) })).status).toBe(400);
  const origin = { Origin: site.url };
  expect((await fetch(url, { method: 'POST', headers: origin })).status).toBe(405);
  expect(await (await fetch(url)).json()).toEqual([]);
});

test('10,000 runs are filtered with completion, sorted, scrolled and exported', async () => {
  await site.sql`truncate runs, sweeps, variants restart identity cascade`;
  await seed(site.database, { runs: 10_000, points: 0 });
  const page = await open('/runs');
  await count(page, '10\u202f000');
  // Only the rows on the screen exist.
  expect(await rows(page).count()).toBeLessThan(60);

  // Completion of a key and a value by keyboard.
  await page.keyboard.press('/');
  await page.keyboard.type('vari');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await filterBar(page).inputValue()).toBe('variant ');
  await page.keyboard.type('= jump');
  await page.getByRole('option', { name: 'jump-relu' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  expect(await filterBar(page).inputValue()).toBe('variant = jump-relu ');
  await page.keyboard.type('and l0 < 40');
  await page.keyboard.press('Enter');
  await page.waitForURL(/filter=variant/);

  // The best first, in the order of the database.
  await grid(page).getByRole('columnheader', { name: 'Expl. var.' }).getByRole('button').click();
  await page.waitForURL(/sort=explained_variance&dir=desc/);
  await page.waitForFunction(
    () => document.querySelector('[role=grid]')?.getAttribute('aria-busy') === 'false',
  );
  const { db } = site;
  const text = { quoted: false, span: { start: 0, end: 0 } };
  const expected = await runTable(db, {
    keys: await runTableKeys(db),
    filter: {
      type: 'and',
      terms: [
        {
          type: 'compare',
          key: { text: 'variant', ...text },
          operator: '=',
          value: { text: 'jump-relu', ...text },
        },
        { type: 'compare', key: { text: 'l0', ...text }, operator: '<', value: { text: '40', ...text } },
      ],
    },
    order: { key: 'explained_variance', direction: 'desc' },
    columns: ['explained_variance'],
    offset: 0,
    limit: 1000,
  });
  await count(page, String(expected.total));
  expect(expected.total).toBeGreaterThan(200);
  const hrefOf = (row: number): Promise<string | null> =>
    page.locator(`#run-row-${row} a`).getAttribute('href');
  expect(await hrefOf(0)).toBe(`/runs/${expected.rows[0]!.id}`);

  // A later page is read when it is scrolled to.
  await grid(page).evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await page.locator(`#run-row-${expected.total - 1} a`).waitFor();
  expect(await hrefOf(expected.total - 1)).toBe(`/runs/${expected.rows.at(-1)!.id}`);

  // A link shows the same, and the export has all of it.
  const linked = await open(page.url().replace(site.url, ''));
  expect(await linked.locator('#run-row-0 a').getAttribute('href')).toBe(`/runs/${expected.rows[0]!.id}`);
  await linked.locator('summary', { hasText: 'Export' }).click();
  const [csv] = await Promise.all([
    linked.waitForEvent('download'),
    linked.getByRole('link', { name: 'CSV of the runs' }).click(),
  ]);
  const lines = readFileSync(await csv.path(), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines.shift()).toMatch(
    /^# Runs with variant = jump-relu and l0 < 40; n = [\d\u202f]+ runs; commit 01234567\.$/,
  );
  expect(lines[0]).toMatch(/^id,variant,coefficient,hook,width,seed,status,l0,explained_variance,/);
  expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(expected.rows.map(({ id }) => id));
  const value = Number(lines[1]!.split(',')[8]);
  expect(value).toBe(expected.rows[0]!.cells[0]);
  const json = await fetch(`${site.url}/api/runs/export?format=json&filter=id+%3C+3&columns=queued,variant`);
  expect(await json.json()).toEqual({
    caption: 'Runs with id < 3; n = 2 runs; commit 01234567.',
    rows: [
      { id: 2, queued: expect.stringMatching(/^20.*Z$/) as string, variant: 'batch-topk' },
      { id: 1, queued: expect.any(String) as string, variant: 'topk' },
    ],
  });
  const file = await (await fetch(`${site.url}/api/runs/export?format=parquet`)).arrayBuffer();
  const exported = await parquetReadObjects({ file, columns: ['id', 'explained_variance'] });
  expect(exported).toHaveLength(10_000);
  expect(exported.find(({ id }) => id === expected.rows[0]!.id)).toMatchObject({
    explained_variance: expected.rows[0]!.cells[0],
  });
  const wrong = await fetch(`${site.url}/api/runs/export?filter=nothing+%3D+1`);
  expect(wrong.status).toBe(400);
});

test('a wrong filter is refused where it is wrong, with the nearest key', async () => {
  const page = await open('/runs');
  await filterBar(page).fill('variant = topk and expained_variance > 0.9');
  await filterBar(page).press('Enter');
  const problem = page.locator('[role=alert]', { hasText: 'character 20' });
  await problem.waitFor();
  expect(await problem.locator('mark').textContent()).toBe('expained_variance');
  expect(await problem.textContent()).toContain('explained_variance');
  expect(await filterBar(page).getAttribute('aria-invalid')).toBe('true');
  expect(await violations(page)).toEqual([]);
});

test('the keyboard moves, selects, compares with a baseline and opens', async () => {
  const page = await open('/runs?filter=id+%3C%3D+300&sort=id&dir=asc');
  for (const key of ['j', 'j', 'j', 'k', 'x', 'j', 'x']) await page.keyboard.press(key);
  await page.waitForURL(/selected=2,3/);
  await page.keyboard.press('k');
  await page.keyboard.press('b');
  await page.waitForURL(/baseline=2/);
  await page.getByText('Compared with run 2').waitFor();
  const baseline = page.locator('#run-row-baseline');
  expect(await baseline.locator('a').getAttribute('href')).toBe('/runs/2');
  expect(await (await cell(page, 'L0', 0)).textContent()).toMatch(
    /^\d+\.\d[+−]\d+\.\d, (better|worse)|^\d+\.\d[+−]\d+\.\d/,
  );
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('o');
  await count(page, '2');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/runs\/2$/);
});

test('a range of rows is selected, compared, and comes back', async () => {
  const page = await open('/runs?filter=id+%3C%3D+300&sort=id&dir=asc');
  await page.getByLabel('Select run 3', { exact: true }).check();
  await page.getByLabel('Select run 9', { exact: true }).click({ modifiers: ['Shift'] });
  await page.waitForURL(/selected=3-9/);
  // The keyboard continues the range, over rows that are not loaded yet.
  for (const key of ['j', 'X']) await page.keyboard.press(key);
  await page.waitForURL(/selected=3-10/);
  await page.getByRole('region', { name: 'Selected runs' }).getByText('8 selected').waitFor();
  await page.keyboard.press('c');
  await page.waitForURL(/\/compare\?runs=3-10$/);
  await page.getByText('Runs 3-10, 8 runs').waitFor();
  await page.getByRole('link', { name: 'Select runs in the table' }).click();
  await page.waitForURL(/\/runs\?/);
  await count(page, '8');
  await page.getByRole('region', { name: 'Selected runs' }).getByText('8 selected').waitFor();
  expect(await page.locator('#run-row-0').getAttribute('aria-selected')).toBe('true');
});

test('all runs that pass a filter are selected, without some, and compared by that filter', async () => {
  const page = await open('/runs?filter=sweep+%3D+"synthetic+3"');
  await count(page, '1000');
  await page.getByLabel('Select all runs that pass the filter').check();
  const bar = page.getByRole('region', { name: 'Selected runs' });
  await bar.getByText('1000 selected').waitFor();
  // Too many to compare.
  expect(await bar.getByText('Compare').getAttribute('aria-disabled')).toBe('true');
  expect(await violations(page)).toEqual([]);
  await filterBar(page).fill('sweep = "synthetic 3" and variant = topk');
  await filterBar(page).press('Enter');
  await bar.waitFor({ state: 'detached' });
  await page.getByLabel('Select all runs that pass the filter').check();
  await page.locator('#run-row-1 input').uncheck();
  await page.waitForURL(/all=true&except=\d+/);
  const selected = Number((await bar.locator('strong').textContent())!.split(' ')[0]);
  await bar.getByRole('link', { name: 'Compare' }).click();
  await page.waitForURL(/\/compare\?filter=/);
  await page.getByText(`, ${selected} runs`).waitFor();
});

test('groups have means with intervals, open to their members, and keep their place in the address', async () => {
  const page = await open('/runs?filter=id+%3C+4000');
  await page.locator('summary', { hasText: 'Group' }).click();
  await page.getByRole('checkbox', { name: 'Variant' }).check();
  await page.waitForURL(/group=variant/);
  await page.keyboard.press('Escape');
  await page.getByRole('status').filter({ hasText: '3999 runs in 6 groups' }).waitFor();
  const table = page.getByRole('treegrid', { name: 'Runs' });
  const first = page.locator('#run-row-0');
  expect(await first.getAttribute('aria-expanded')).toBe('false');
  expect(await (await cell(page, 'L0', 0)).textContent()).toMatch(/^\d+\.\d ± \d+\.\d$/);
  // Too many to be selected one by one.
  expect(await first.getByRole('checkbox').isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/open=\d+/);
  await page.locator('#run-row-1 a').waitFor();
  expect(await first.getAttribute('aria-expanded')).toBe('true');
  const size = 6 + Number(/n=(\d+)/.exec((await first.textContent())!)![1]);
  expect(Number(await table.getAttribute('aria-rowcount'))).toBe(size + 1);
  // The file has the same groups, with the ends of the interval.
  const exported = await fetch(
    `${site.url}/api/runs/export?format=json&filter=id+%3C+4000&group=variant&columns=variant,l0`,
  );
  const file = (await exported.json()) as { caption: string; rows: Record<string, number>[] };
  expect(file.caption).toBe('Runs with id < 4000; n = 3999 runs in 6 groups by variant; commit 01234567.');
  expect(file.rows.reduce((sum, { n }) => sum + n!, 0)).toBe(3999);
  const { l0, ['l0.low']: low, ['l0.high']: high } = file.rows[0]!;
  expect((low! + high!) / 2).toBeCloseTo(l0!, 9);
  expect(await (await cell(page, 'L0', 0)).textContent()).toBe(
    `${l0!.toFixed(1)} ± ${((high! - low!) / 2).toFixed(1)}`,
  );
  // A later page of members is read when it is scrolled to, and the last rows are groups again.
  await table.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await page.locator(`#run-row-${size - 1}[aria-level="1"]`).waitFor();
  const linked = await open(page.url().replace(site.url, ''));
  await linked.locator('#run-row-1 a').waitFor();
  expect(await linked.locator('#run-row-0').getAttribute('aria-expanded')).toBe('true');
});

test('a group of seeds is selected as a whole, and colours follow a key', async () => {
  const page = await open('/runs?filter=id+%3C+200&group=variant,hook,width&color=hook');
  await page.getByRole('list', { name: 'Marks by Hook' }).waitFor();
  const first = page.locator('#run-row-0');
  const size = Number(/n=(\d+)/.exec((await first.textContent())!)![1]);
  await first.getByRole('checkbox').check();
  await page.getByRole('region', { name: 'Selected runs' }).getByText(`${size} selected`).waitFor();
  expect(await first.getAttribute('aria-selected')).toBe('true');
  expect(await first.locator('path[style*="--variant-"]').count()).toBeGreaterThan(0);
  expect(await violations(page)).toEqual([]);
  // A figure has a continuous scale.
  const other = await open('/runs?color=l0');
  await other.locator('#run-row-0 path[style*="--scale-low"]').waitFor();
});

test('columns are dragged, and moved and hidden by the keyboard', async () => {
  const page = await open('/runs?columns=variant,hook,l0,width');
  const heading = (name: string): Locator => page.getByRole('columnheader', { name });
  await heading('Width').dragTo(heading('Hook'), { targetPosition: { x: 4, y: 10 } });
  await page.waitForURL(/columns=variant,width,hook,l0/);
  await heading('L0').getByRole('button').focus();
  await page.keyboard.press('Alt+ArrowLeft');
  await page.waitForURL(/columns=variant,width,l0,hook/);
  await heading('Width').getByRole('button').focus();
  await page.keyboard.press('Delete');
  await page.waitForURL(/columns=variant,l0,hook/);
  // Next to a pinned column, it is pinned.
  await heading('L0').dragTo(heading('Variant'), { targetPosition: { x: 4, y: 10 } });
  await page.waitForURL(/pinned=l0,variant/);
  expect(await grid(page).getByRole('columnheader').allTextContents()).toEqual(['', 'L0', 'Variant', 'Hook']);
});

test('columns are hidden, added, moved and pinned, and the address keeps that', async () => {
  const page = await open('/runs?columns=variant,hook,l0');
  const headings = (): Promise<string[]> => grid(page).getByRole('columnheader').allTextContents();
  expect(await headings()).toEqual(['', 'Variant', 'Hook', 'L0']);
  await page.locator('summary', { hasText: 'Columns' }).click();
  await page.getByRole('button', { name: 'Move L0 left' }).click();
  await page.waitForURL(/columns=variant,l0,hook/);
  await page.getByLabel('Search columns').fill('learning');
  await page.getByRole('checkbox', { name: 'Learning rate' }).check();
  await page.waitForURL(/training.learningRate/);
  await (await cell(page, 'Learning rate', 0)).getByText('3e−4').waitFor();
  await page.getByLabel('Search columns').fill('');
  await page.getByRole('checkbox', { name: 'Variant' }).uncheck();
  await page.getByRole('button', { name: 'Pin Hook' }).click();
  await page.waitForURL(/pinned=variant,hook/);
  expect(await headings()).toEqual(['', 'Hook', 'L0', 'Learning rate']);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.reload();
  expect(await headings()).toEqual(['', 'Hook', 'L0', 'Learning rate']);
});

test.each([390, 768, 2560])('the page fits %i px in both themes', async (width) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await open('/runs', { viewport: { width, height: 844 }, colorScheme });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await violations(page)).toEqual([]);
  }
});

test('a run is found by the first digits of its hash', async () => {
  const page = await open('/runs/000000ff');
  await page.getByText('width').first().waitFor();
  expect(await page.title()).toContain('run 256');
});
