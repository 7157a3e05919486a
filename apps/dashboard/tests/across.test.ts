/** Two SAEs, and a sweep over its seeds: what users see before and after `pnpm evaluate --seeds`. */
import axe from 'axe-core';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { matchesAmong, runsOfSweep, type EvaluatedRun } from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { linksIn } from './links-in.ts';
import { pagesOf } from './pages.ts';
import { sampleSweep } from './sample-sweeps.ts';
import { startDashboard, type RunningDashboard } from './start-dashboard.ts';
import { trainTinySweep } from './tiny-sweep.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let server: TestDatabase;
let dashboard: RunningDashboard;
let browser: Browser;
let runs: EvaluatedRun[];

beforeAll(async () => {
  server = await openTestDatabase();
  await trainTinySweep(server.dataDir, 'seeds');
  runs = await runsOfSweep(server.database.db, 1);
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

const { open } = pagesOf(() => ({ browser, url: dashboard.url }));

/** The real command. */
async function evaluate(
  ...args: string[]
): Promise<{ code: number | null; events: Record<string, unknown>[] }> {
  const child = spawn(
    process.execPath,
    ['packages/sweep/src/cli/evaluate-main.ts', ...args, '--json', '--data', server.dataDir],
    { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, DATABASE_URL: '' } },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const events = output.trim().split('\n').filter(Boolean);
  return { code, events: events.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

async function exported(page: Page, group: number, label: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page
    .getByRole('group', { name: 'Export', exact: true })
    .nth(group)
    .getByRole('button', { name: label })
    .click();
  return readFile(await (await download).path(), 'utf8');
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Runs of k = 4, by seed. */
const seeds = () => runs.filter(({ hyper }) => hyper['k'] === 4).toSorted((x, y) => x.seed - y.seed);

test('says which commands make what is missing', async () => {
  const [a, b] = seeds();
  const page = await open(`/compare/saes?a=${a!.id}&b=${b!.id}`);
  await page.getByText(`pnpm evaluate ${a!.runHash.slice(0, 8)} --with ${b!.runHash.slice(0, 8)}`).waitFor();
  await page.goto(`${dashboard.url}/sweeps/1`);
  await page.getByRole('link', { name: 'Stability over seeds' }).click();
  await page.getByText('pnpm evaluate seeds --seeds').waitFor();
  const { id } = await sampleSweep(server.database.db, 'alone', [{ end: 'finished', figures: {} }]);
  await page.goto(`${dashboard.url}/sweeps/${id}/stability`);
  await page.getByText('Each configuration has one seed').waitFor();
  expect(await page.getByText('seeds: [0, 1, 2],').count()).toBe(1);
});

test('matches the pairs of a sweep once, and shows how stable it is', async () => {
  const first = await evaluate('seeds', '--seeds');
  expect(first.code).toBe(0);
  const matched = first.events.filter(({ type }) => type === 'evaluation.matched');
  expect(matched).toHaveLength(6);
  const stored = await matchesAmong(
    server.database.db,
    runs.map(({ id }) => id),
  );
  expect(stored).toHaveLength(6);
  const again = await evaluate('seeds', '--seeds');
  expect(again.events.map(({ type, earlier }) => [type, earlier])).toEqual(
    Array(6).fill(['evaluation.matched', true]),
  );

  const page = await open('/sweeps/1/stability');
  const table = page.getByRole('table', { name: 'Stability of configurations' });
  expect(await table.locator('tbody tr').count()).toBe(2);
  const ids = seeds().map(({ id }) => id);
  const own = stored.filter(({ runA, runB }) => ids.includes(runA) && ids.includes(runB));
  const mean = own.reduce((sum, { figures }) => sum + figures['match_one_to_one']!, 0) / 3;
  expect(await table.locator('tbody tr').first().innerText()).toContain(mean.toFixed(3));
  const csv = await exported(page, 1, 'CSV');
  expect(csv).toContain('match_one_to_one_low');
  expect(csv).toContain('random_match_one_to_one');
  expect(await violations(page)).toEqual([]);
  expect(await linksIn(page, 'Pages of the sweep')).toEqual(['/sweeps/1', '/compare?sweep=1']);

  await page.getByRole('button', { name: /k=16/ }).click();
  await page.waitForURL(/configuration=/);
  await page.getByRole('link', { name: 'Seeds 0 and 1' }).click();
  await page.waitForURL(/\/compare\/saes\?a=\d+&b=\d+$/);
  await page.getByRole('heading', { name: 'Two SAEs' }).waitFor();
});

test('shows two SAEs latent by latent, the same from either side', async () => {
  const [a, b] = seeds();
  const page = await open(`/compare/saes?a=${a!.id}&b=${b!.id}`);
  const pairs = page.getByRole('table', { name: 'Pairs' });
  await pairs.locator('[role=row]').nth(5).waitFor();
  const first = pairs.getByRole('rowgroup').nth(1).getByRole('row').first();
  const cosine = /cosine (\S+)/.exec(await first.innerText())![1];
  expect(await first.getByRole('link').first().getAttribute('href')).toMatch(
    new RegExp(`^/runs/${a!.id}/latents/\\d+$`),
  );
  // The tokens that the two examples are about.
  expect(await first.locator('bdi.underline').count()).toBe(2);
  expect(await violations(page)).toEqual([]);
  const links = await linksIn(page, 'Pages of the pair');
  expect(links).toEqual(expect.arrayContaining([`/runs/${a!.id}/text?with=${b!.id}`, '/sweeps/1/stability']));

  // The whole list, not only the rows that were drawn.
  const [summary] = await matchesAmong(server.database.db, [a!.id, b!.id]);
  const json = JSON.parse(await exported(page, 2, 'JSON')) as { rows: { cosine: number }[] };
  const live = Math.min(summary!.figures['match_live_a']!, summary!.figures['match_live_b']!) * 64;
  expect(json.rows).toHaveLength(Math.round(live));
  const mean = json.rows.reduce((sum, row) => sum + row.cosine, 0) / json.rows.length;
  expect(mean).toBeCloseTo(summary!.figures['match_one_to_one']!, 5);

  await page.getByRole('button', { name: /^Only in A/ }).click();
  await page.waitForURL(/list=only-a/);
  await page.getByLabel('Same latent from cosine').fill('1');
  await page.getByLabel('Same latent from cosine').press('Enter');
  await page.waitForURL(/threshold=1/);
  const onlyA = page.getByRole('button', { name: /^Only in A/ });
  await expect
    .poll(() => onlyA.innerText())
    .toBe(
      `Only in A${Math.round(summary!.figures[a!.id === summary!.runA ? 'match_live_a' : 'match_live_b']! * 64)}`,
    );

  await page.getByRole('link', { name: 'Swap A and B' }).click();
  await page.waitForURL(new RegExp(`a=${b!.id}&b=${a!.id}`));
  const turned = page
    .getByRole('table', { name: 'Pairs' })
    .getByRole('rowgroup')
    .nth(1)
    .getByRole('row')
    .first();
  expect(await turned.innerText()).toContain(`cosine ${cosine}`);
  expect(await turned.getByRole('link').first().getAttribute('href')).toContain(`/runs/${b!.id}/`);
});

test('refuses addresses that are not a pair', async () => {
  const [a] = seeds();
  const page = await open(`/compare/saes?a=${a!.id}&b=999999`);
  await page.getByText('No such SAE').waitFor();
  await page.goto(`${dashboard.url}/compare/saes?a=${a!.id}&b=sae-9`);
  await page.getByText('No such SAE').waitFor();
  await page.goto(`${dashboard.url}/compare/saes`);
  await page.getByText('No SAEs selected').waitFor();
  for (const query of [
    '',
    '?a=1&b=x',
    '?a=1&b=sae-0',
    '?a=1&b=2&list=all',
    '?a=1&b=2&threshold=7',
    '?a=1&b=2&after=1',
  ]) {
    const answer = await fetch(`${dashboard.url}/api/compare/saes${query}`);
    expect([query, answer.status]).toEqual([query, 400]);
  }
});
