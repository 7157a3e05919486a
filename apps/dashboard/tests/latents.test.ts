// cspell:ignore densty שלום עולם
import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { linksIn } from './links-in.ts';
import { describeRun, sampleLatent } from './described-latents.ts';
import { pagesOf } from './pages.ts';
import { sampleSweep } from './sample-sweeps.ts';
import { startDashboard, type RunningDashboard } from './start-dashboard.ts';
import { trainTinySweep } from './tiny-sweep.ts';

let server: TestDatabase;
let dashboard: RunningDashboard;
let browser: Browser;

beforeAll(async () => {
  server = await openTestDatabase();
  await trainTinySweep(server.dataDir, 'latents');
  [dashboard, browser] = await Promise.all([
    startDashboard(['--data', server.dataDir, '--port', '0']),
    launchBrowser(),
  ]);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await dashboard?.stop();
  await server?.stop();
});

const { open } = pagesOf(() => ({ browser, url: dashboard.url }), 30_000);

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (window as unknown as { axe: typeof axe }).axe.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  });
}

/** As a page of the dashboard sends it. */
function request(method: string, path: string, body: object): Promise<Response> {
  const headers = { Origin: dashboard.url, 'Content-Type': 'application/json' };
  return fetch(dashboard.url + path, { method, headers, body: JSON.stringify(body) });
}

async function newRun(name: string): Promise<number> {
  const { runIds } = await sampleSweep(server.database.db, name, [
    { end: 'finished', figures: { l0: 4, explained_variance: 0.5 } },
  ]);
  return runIds[0]!;
}

/** The texts of the latents' links in the order of the list. */
const listed = (page: Page) =>
  page.getByRole('grid', { name: 'Latents' }).getByRole('link').allTextContents();

test('labels and notes of all runs are found by their words, and lead to their latents', async () => {
  const runId = await newRun('labelled');
  await describeRun(server.database.db, runId, [sampleLatent(5, [' in', ' 1984'])]);
  const notes = `/api/runs/${runId}/latents/5/notes`;
  for (const [kind, text] of [
    ['label', 'calendar <b>years</b>'],
    ['note', 'YEARS in the calendar of שלום עולם'],
    ['label', 'numbers'],
  ]) {
    expect((await request('POST', notes, { kind, text, author: 'Ada' })).ok).toBe(true);
  }
  const page = await open('/');
  await page.getByRole('link', { name: 'Labels' }).click();
  await page.getByRole('heading', { name: 'Labels and notes' }).waitFor();
  await page.getByRole('searchbox').fill('years  calendar');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?q=years/);
  const items = page.getByRole('list', { name: 'Labels and notes' }).getByRole('listitem');
  await expect.poll(() => items.count()).toBe(2);
  expect(await items.last().locator('mark').allInnerTexts()).toEqual(['calendar', 'years']);
  expect(await items.last().innerText()).toContain('<b>');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('combobox').selectOption('note');
  await page.waitForURL(/kind=note/);
  await expect.poll(() => items.count()).toBe(1);
  await items.getByRole('link', { name: 'Latent 5' }).click();
  await page.waitForURL(`**/runs/${runId}/latents/5`);
  await page.goBack();
  await page.getByRole('searchbox').fill('nowhere');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByText('No label or note has all of these words').waitFor();
  // A cursor of another search counts as none.
  await page.goto(`${dashboard.url}/latents?q=years&cursor=x`);
  await expect.poll(() => items.count()).toBe(2);
});

test('the list of a real SAE sorts, filters, searches and opens a latent by the keyboard', async () => {
  const page = await open('/runs/1/latents');
  await page.getByText('128 of 128 latents').waitFor();
  expect(await violations(page)).toEqual([]);

  await page.getByRole('button', { name: 'Max activation' }).click();
  await page.waitForURL(/sort=max_activation/);
  const api = async (query: string): Promise<{ rows: { latent: number; maxActivation: number }[] }> =>
    (await (await fetch(`${dashboard.url}/api/runs/1/latents?${query}`)).json()) as never;
  const { rows } = await api('sort=max_activation&dir=desc');
  expect(rows.map((row) => row.maxActivation)).toEqual(
    rows.map((row) => row.maxActivation).toSorted((a, b) => b - a),
  );
  await page.getByRole('columnheader', { name: 'Max activation', exact: false }).waitFor();
  await expect.poll(async () => (await listed(page))[0]).toBe(String(rows[0]!.latent));

  const [first] = (await api('')).rows as unknown as { raised: string[] }[];
  const token = first!.raised.find((one) => /^ ?[a-z]{3,}$/.test(one)) ?? first!.raised[0]!;
  await page.keyboard.press('/');
  await page.keyboard.type(token.trim());
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=/);
  await page.getByText(/^\d+ of 128 latents/).waitFor();

  await page
    .getByRole('textbox', { name: 'Filter' })
    .or(page.getByRole('combobox', { name: 'Filter' }))
    .fill('densty > 1');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('no latent has this key').waitFor();

  const sorted = await open('/runs/1/latents?sort=max_activation');
  await sorted.keyboard.press('j');
  await sorted.keyboard.press('j');
  await sorted.keyboard.press('k');
  await sorted.keyboard.press('Enter');
  await sorted.waitForURL(new RegExp(`/runs/1/latents/${rows[0]!.latent}\\?sort=max_activation`));
  await sorted.getByRole('heading', { level: 1, name: `Latent ${rows[0]!.latent}` }).waitFor();
  await sorted.getByRole('link', { name: 'Next' }).waitFor();
  await sorted.keyboard.press('j');
  await sorted.waitForURL(new RegExp(`/runs/1/latents/${rows[1]!.latent}\\?`));
});

test('probing scores of a real SAE sort and filter the list, and the page of a latent has its class', async () => {
  interface Probed {
    latent: number;
    probingScore: number | null;
    probingClass: string | null;
  }
  const api = async (query: string): Promise<Probed[]> => {
    const answer = await fetch(`${dashboard.url}/api/runs/1/latents?${query}`);
    return ((await answer.json()) as { rows: Probed[] }).rows;
  };
  const page = await open('/runs/1/latents');
  await page.getByRole('button', { name: 'Probing' }).click();
  await page.waitForURL(/sort=probing_score/);
  const rows = await api('sort=probing_score&dir=desc');
  const scores = rows.flatMap(({ probingScore }) => (probingScore === null ? [] : [probingScore]));
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(scores[0]).toBeGreaterThan(0.6);
  const [best] = rows as [Probed];
  await expect.poll(async () => (await listed(page))[0]).toBe(String(best.latent));
  const least = scores[20]!;
  const filter = encodeURIComponent(`probing_score >= ${least} and probing_class = "${best.probingClass}"`);
  const passing = rows.filter(
    ({ probingScore, probingClass }) => (probingScore ?? 0) >= least && probingClass === best.probingClass,
  );
  const filtered = await api(`filter=${filter}&sort=probing_score`);
  expect(passing.length).toBeGreaterThan(0);
  expect(filtered.map(({ latent }) => latent)).toEqual(passing.map(({ latent }) => latent));

  const one = await open(`/runs/1/latents/${best.latent}`);
  const card = one.getByRole('heading', { name: 'Probing' }).locator('xpath=..');
  await card.getByText(best.probingClass!, { exact: true }).waitFor();
  await card.getByText(best.probingScore!.toFixed(3), { exact: true }).waitFor();
  await card.getByText(/^Column source of the dataset of the sweep, on \d+ test documents/).waitFor();
});

test('a drag over the densities filters the list, and the fields say what it chose', async () => {
  const page = await open('/runs/1/latents');
  const chart = page.getByRole('img', { name: /^Histogram of the densities/ });
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.02 + 46, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.35, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=.*to=/);
  const to = Number(await page.getByRole('textbox', { name: 'Density to' }).inputValue());
  expect(to).toBeGreaterThan(0);
  const { rows, counts } = (await (await fetch(`${dashboard.url}/api/runs/1/latents?to=${to}`)).json()) as {
    rows: { density: number }[];
    counts: { matching: number };
  };
  expect(rows.every(({ density }) => density < to)).toBe(true);
  await page.getByText(`${counts.matching} of 128 latents`).waitFor();
});

test('the page of a latent: values by the keyboard, similar latents, matches in the other run, exports', async () => {
  const page = await open('/runs/1/latents/5');
  expect(await violations(page)).toEqual([]);
  expect(await linksIn(page, 'Pages of the run')).toEqual([
    '/runs/1',
    '/runs/1/latents',
    '/runs/1/text?latent=5',
    '/runs/1/steer?latent=5',
  ]);
  const example = page.getByRole('group', { name: /^Top example 1, document/ });
  await example.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.locator('p[role=status]').textContent()).toMatch(/: (\d|not evaluated)/);
  await page.getByRole('heading', { name: 'By band of activation' }).waitFor();
  await page.getByRole('link', { name: 'Run 2' }).waitFor();
  const files: Record<string, string> = {};
  for (const format of ['JSON', 'CSV', 'SVG']) {
    const download = page.waitForEvent('download');
    await page
      .getByRole('group', { name: 'Export the latent' })
      .getByRole('button', { name: format })
      .click();
    files[format] = readFileSync(await (await download).path(), 'utf8');
  }
  const whole = JSON.parse(files['JSON']!) as { caption: string; features: { top: unknown[] } };
  expect(whole.caption).toContain('Latent 5.');
  expect(whole.features.top.length).toBeGreaterThan(0);
  expect(files['CSV']).toContain('group,document,activation,token');
  expect(files['SVG']).toMatch(/^<svg[^>]*xmlns/);

  await page.getByRole('link', { name: 'Run 2' }).locator('xpath=../..').getByRole('link').nth(1).click();
  await page.waitForURL(/\/runs\/2\/latents\/\d+$/);
});

test('labels and notes are stored, shown, found, and deleted', async () => {
  const page = await open('/runs/1/latents/7');
  const text = 'commas "in" lists <b>🧪 שלום';
  await page.getByRole('textbox', { name: 'Your name (optional)' }).fill('Ada');
  await page.getByRole('textbox', { name: 'Label' }).fill(text);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: text }).waitFor();
  await page.getByText(/label by Ada/).waitFor();
  await page.getByRole('radio', { name: 'Note' }).check();
  await page.getByRole('textbox', { name: 'Note' }).fill('Check\nthe weak ones.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('the weak ones.').waitFor();

  const list = await open(`/runs/1/latents?q=${encodeURIComponent('LISTS <b>')}&in=label`);
  await list.getByText('1 of 128 latents').waitFor();
  expect(await listed(list)).toEqual(['7']);
  await list.getByText('1 note').waitFor();
  const run = await open('/runs/1');
  await run.getByRole('heading', { name: 'Latents', exact: true }).waitFor();
  await run.getByText(text).waitFor();

  await page.getByRole('button', { name: /^Delete the label/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Latent 7', exact: true }).waitFor();
  for (const [body, status] of [
    [{ kind: 'label', text: ' ' }, 400],
    [{ kind: 'praise', text: 'x' }, 400],
    [{ kind: 'label', text: 'x'.repeat(301) }, 400],
    [{ kind: 'note', text: 7 }, 400],
  ] as const) {
    expect((await request('POST', '/api/runs/1/latents/7/notes', body)).status).toBe(status);
  }
  expect(
    (await request('POST', '/api/runs/999999/latents/7/notes', { kind: 'note', text: 'x' })).status,
  ).toBe(404);
  expect((await request('DELETE', '/api/runs/1/latents/7/notes', { id: 999_999 })).status).toBe(404);
});

test('odd tokens are shown as text, and what is invisible has a stand-in', async () => {
  const runId = await newRun('odd tokens');
  await describeRun(server.database.db, runId, [
    sampleLatent(0, [
      '"',
      '<b>bold</b>',
      '\n',
      '\t',
      ' ',
      '🧪',
      '👩‍🔬',
      'שלום',
      ' עולם',
      '\u202e',
      '\u0007',
      '',
      '\u00a0',
    ]),
  ]);
  const page = await open(`/runs/${runId}/latents/0`);
  const example = page.getByRole('group', { name: /^Top example 1/ });
  const shown = (await example.textContent())!;
  for (const part of [
    '"',
    '<b>bold</b>',
    '↵',
    '⇥',
    '·',
    '🧪',
    '👩‍🔬',
    'שלום',
    '⟨U+202E⟩',
    '⟨U+0007⟩',
    '∅',
    '⟨U+00A0⟩',
  ]) {
    expect(shown).toContain(part);
  }
  expect(await page.locator('b').count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  const list = await open(`/runs/${runId}/latents?q=${encodeURIComponent('<b>bold')}&in=token`);
  await list.getByText('1 of 1 latents').waitFor();
  expect(await violations(list)).toEqual([]);
});

test('dead latents, latents that are not described, and runs without features say so', async () => {
  const runId = await newRun('dead');
  await describeRun(server.database.db, runId, [sampleLatent(0, []), sampleLatent(2, [])]);
  const list = await open(`/runs/${runId}/latents`);
  await list.getByText('2 never fired and are not drawn.').waitFor();
  const page = await open(`/runs/${runId}/latents/2`);
  await page.getByText('never fired on the 1000 evaluated tokens').waitFor();
  for (const unprobed of [list, page])
    await unprobed.getByText('pnpm evaluate dead --only probing').waitFor();
  expect(await violations(page)).toEqual([]);
  const left = await open(`/runs/${runId}/latents/1`);
  await left.getByRole('heading', { name: 'Latent 1 is not described' }).waitFor();
  const none = await open(`/runs/${await newRun('not "described" yet')}/latents`);
  await none.getByText(`pnpm evaluate 'not "described" yet' --only features`).waitFor();
});

test('thousands of latents: a page at any place continues at the nearest one that is there', async () => {
  const runId = await newRun('many');
  const words = ['a', ' b', ' c'];
  await describeRun(
    server.database.db,
    runId,
    Array.from({ length: 3000 }, (_, index) =>
      sampleLatent(index, words, { density: (1 + (index % 500)) / 1000 }),
    ),
  );
  const page = await open(`/runs/${runId}/latents?sort=latent&dir=asc`);
  const grid = page.getByRole('grid', { name: 'Latents' });
  await grid.evaluate((element) => element.scrollTo({ top: 2000 * 36 }));
  await grid.getByRole('link', { name: '2010', exact: true }).waitFor();
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
  const after = encodeURIComponent(JSON.stringify({ value: 99, latent: 99 }));
  const { rows } = (await (
    await fetch(`${dashboard.url}/api/runs/${runId}/latents?sort=latent&dir=asc&after=${after}&skip=100`)
  ).json()) as { rows: { latent: number }[] };
  expect(rows.map(({ latent }) => latent)).toEqual(Array.from({ length: 100 }, (_, index) => 200 + index));

  const cards = await open(`/runs/${runId}/latents?view=cards`);
  await cards.getByRole('heading', { level: 3 }).first().waitFor();
  const download = cards.waitForEvent('download');
  await cards.getByRole('button', { name: /^Export these 3000 latents/ }).click();
  await cards.getByRole('group', { name: 'Export the latents' }).getByRole('button', { name: 'CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  expect(csv.trimEnd().split('\n')).toHaveLength(3002);
});

test('the point of a run in a scatter leads to its latents', async () => {
  const page = await open('/sweeps/1');
  await page
    .getByRole('group', { name: /Use the arrow keys to move between runs/ })
    .getByRole('link')
    .first()
    .focus();
  await page.getByText('Key l: its latents.').waitFor();
  await page.keyboard.press('l');
  await page.waitForURL(/\/latents$/);
  expect(new URL(page.url()).pathname).toMatch(/^\/runs\/[12]\/latents$/);
});
