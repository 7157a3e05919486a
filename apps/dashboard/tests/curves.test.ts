/** Curves in a real browser, while runs write them. */
import { readFile } from 'node:fs/promises';
import {
  appendCurves,
  clearCurves,
  enqueueRuns,
  openClaims,
  recordProgress,
  runsOfSweep,
  startRun,
  upsertSweep,
  type Attempt,
  type Claims,
} from '@sae-lab/db';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trainTinySweep } from './tiny-sweep.ts';
import { setUpSite } from './set-up-site.ts';

let claims: Claims;

const site = setUpSite({ prepare: ({ dataDir }) => trainTinySweep(dataDir, 'compared') });
const { newPage, complaints } = site;
beforeAll(async () => {
  claims = await openClaims(site.database);
});
afterAll(() => claims?.close());

interface OpenPage {
  readonly page: Page;
  /** The paths of what the page asked for that are curves from their start. */
  readonly histories: string[];
  /** The first step of each tail that had points. */
  readonly tails: number[];
}

async function open(path: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const page = await newPage(path, options);
  const histories: string[] = [];
  const tails: number[] = [];
  page.on('response', (response) => {
    const url = response.url().slice(site.url.length);
    if (url.startsWith('/api/curves?')) histories.push(url);
    if (!url.startsWith('/api/curves/tail') || !response.ok()) return;
    void response
      .json()
      .then((answer: { tails: { steps: number[] }[] }) =>
        tails.push(...answer.tails.flatMap(({ steps }) => steps.slice(0, 1))),
      )
      // The page was closed.
      .catch(() => {});
  });
  await page.goto(site.url + path);
  return { page, histories, tails };
}

/** A run in a new sweep that trains, with 40 of 200 steps logged. */
async function runningRun(name: string): Promise<Attempt & { sweepId: number }> {
  const { db } = site;
  const sweep = { name, definitionHash: name, definition: {}, file: 'x.ts', source: '' };
  const { id: sweepId } = await upsertSweep(db, sweep);
  const [known] = await runsOfSweep(db, 1);
  const { variant, mathVersion, hyper, hook, width, activationsId, config, lossConvention } = known!;
  const spec = { variant, mathVersion, hyper, hook, width, activationsId, config, lossConvention };
  const enqueued = await enqueueRuns(
    db,
    sweepId,
    [0, 1].map((seed) => ({ ...spec, seed, runHash: `${name}-${seed}` })),
  );
  const { id: runId } = enqueued[0]!;
  await claims.claim(runId);
  const attempt = (await startRun(db, runId, { provenance: {}, totalSteps: 200 }))!;
  await log({ runId, attempt }, 0, 40);
  return { runId, attempt, sweepId };
}

/** Logs steps as a worker's parent does: the curves, then the progress. */
async function log(run: Attempt, from: number, until: number, value = (step: number) => step): Promise<void> {
  const steps = Array.from({ length: until - from }, (_, index) => from + index);
  const loss = { steps, values: steps.map(value) };
  await appendCurves(site.db, { runId: run.runId, attempt: run.attempt, curves: { loss } });
  await recordProgress(site.db, { runId: run.runId, attempt: run.attempt, step: until });
}

/** What the legend of a page's only or first chart shows. */
const legendOf = (page: Page) => page.getByRole('list', { name: 'Legend' }).first();
const shows = (page: Page, step: number) =>
  expect.poll(() => legendOf(page).innerText(), { timeout: 20_000 }).toMatch(new RegExp(`Step ${step}\\b`));

/** Sessions that listen for runs. */
async function listeners(): Promise<number> {
  const rows =
    await site.sql`select 1 from pg_stat_activity where query like 'select pg_listening_channels%'`;
  return rows.length;
}

test('points arrive while the page is open, and no history is read again', async () => {
  const run = await runningRun('live');
  const { page, histories, tails } = await open(`/runs/${run.runId}`);
  await shows(page, 39);
  // The events have begun once a point came by them.
  for (const until of [45, 60, 61]) {
    const from = until === 45 ? 40 : until === 60 ? 45 : 60;
    await log(run, from, until);
    await shows(page, until - 1);
    await expect.poll(() => tails.at(-1)).toBe(from);
  }
  expect(histories).toHaveLength(1);
  await page.getByText('61 / 200').waitFor();

  // A point that another page draws, too: four pages, one session that listens.
  const others = await Promise.all([
    open(`/runs/${run.runId}`),
    open(`/compare?runs=1-8,${run.runId}&view=curves`),
    open(`/compare?sweep=${run.sweepId}&view=curves`),
  ]);
  await log(run, 61, 70);
  await Promise.all([page, ...others.map((other) => other.page)].map((each) => shows(each, 69)));
  for (const other of others) expect(other.histories.length).toBe(1);
  expect(await listeners()).toBe(1);
});

test('all plots of a finished run share one reading', async () => {
  const { page, histories } = await open('/runs/1');
  await page.getByRole('img', { name: /^Loss curves, logarithmic/ }).waitFor();
  expect(histories).toHaveLength(1);
});

test('a sweep that trains is followed to its end', async () => {
  const training = trainTinySweep(site.dataDir, 'watched');
  const started = async () => {
    const [row] = await site.sql<{ id: number }[]>`
      select sweeps.id from sweeps
      join sweep_runs on sweep_runs.sweep_id = sweeps.id
      join curve_chunks on curve_chunks.run_id = sweep_runs.run_id
      where sweeps.name = 'watched' limit 1`;
    return row?.id;
  };
  await expect.poll(started, { timeout: 90_000 }).toBeDefined();
  const { page, histories, tails } = await open(`/compare?sweep=${await started()}&view=curves`);
  await training;
  // 4000 steps in 300 buckets: the last of 16 steps starts at 3984.
  await shows(page, 3984);
  await expect.poll(() => legendOf(page).innerText()).toContain('n = 2');
  await page.getByText('Updating live').waitFor({ state: 'detached' });
  expect(histories).toHaveLength(1);
  await expect.poll(() => tails.length).toBeGreaterThan(0);
}, 240_000);

test('when the events stop, the page asks, and when they come back, it does not', async () => {
  const run = await runningRun('unheard');
  const { page, histories, tails } = await open(`/runs/${run.runId}`);
  await log(run, 40, 41);
  await shows(page, 40);
  await site.sql`
    select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_listening_channels%'`;
  await log(run, 41, 42);
  await shows(page, 41);
  await expect.poll(listeners, { timeout: 20_000 }).toBe(1);
  await log(run, 42, 43);
  await shows(page, 42);
  expect(histories).toHaveLength(1);
  expect(tails.every((first) => first >= 40)).toBe(true);
});

test('a page outlives a restart of the dashboard', async () => {
  const run = await runningRun('restart');
  const { page, histories, tails } = await open(`/runs/${run.runId}`);
  await shows(page, 39);
  await site.stop();
  await page.getByText('Connection lost').waitFor();
  await log(run, 40, 50);
  await site.start();
  await shows(page, 49);
  await page.getByText('Connection lost').waitFor({ state: 'detached' });
  await log(run, 50, 51);
  await shows(page, 50);
  expect(histories).toHaveLength(1);
  await expect.poll(() => [...new Set(tails)]).toEqual([40, 50]);
  expect(complaints.splice(0).every((text) => /ERR_|Failed to fetch|network/i.test(text))).toBe(true);
});

test('a run that starts over is read again', async () => {
  const run = await runningRun('again');
  const { page, histories } = await open(`/runs/${run.runId}`);
  await shows(page, 39);
  await clearCurves(site.db, run);
  await log(run, 0, 20, () => 7);
  await shows(page, 19);
  await expect.poll(() => legendOf(page).innerText()).toContain('Total 7');
  expect(histories.length).toBeGreaterThan(1);
});

test('a reader that was away continues from its cursor', async () => {
  const run = await runningRun('away');
  const read = async (after: { query?: string; header?: string }, count: number) => {
    const stop = new AbortController();
    const { body, headers } = await fetch(`${site.url}/api/events${after.query ?? ''}`, {
      headers: after.header === undefined ? {} : { 'Last-Event-ID': after.header },
      signal: stop.signal,
    });
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    let text = '';
    for await (const part of body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.split('\n\n').length > count) break;
    }
    stop.abort();
    return text
      .trim()
      .split('\n\n')
      .map((event) => Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/))));
  };
  const [first] = await read({}, 1);
  expect(first).toMatchObject({ event: 'state', data: '{"listening":true,"missed":true}' });
  // While nobody is connected.
  await log(run, 40, 41);
  await expect
    .poll(async () => (await read({ query: `?after=${first!['id']}` }, 1))[0]!['id'])
    .not.toBe(first!['id']);
  for (const after of [{ query: `?after=${first!['id']}` }, { header: first!['id'] }]) {
    const [state, runs] = await read(after, 2);
    expect(state).toMatchObject({ event: 'state', data: '{"listening":true,"missed":false}' });
    expect(runs).toMatchObject({ event: 'runs', data: `[${run.runId}]` });
  }
  const [stranger] = await read({ query: '?after=another-process.3' }, 1);
  expect(stranger).toMatchObject({ data: '{"listening":true,"missed":true}' });
});

test('a drag zooms all panels into finer buckets, and a reload shows the same', async () => {
  const run = await runningRun('long');
  await log(run, 40, 3000, (step) => Math.sin(step / 50) + 2);
  const { page, histories } = await open(`/compare?runs=1,2,${run.runId}&view=curves&curve=loss,l0`);
  const charts = page.locator('.uplot .u-over');
  await expect.poll(() => charts.count()).toBe(2);
  await page.getByRole('button', { name: 'Remove L0' }).waitFor();
  const box = (await charts.first().boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.25, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=\d.*until=\d/);
  const { searchParams } = new URL(page.url());
  const [from, until] = [Number(searchParams.get('from')), Number(searchParams.get('until'))];
  expect(from).toBeGreaterThan(650);
  expect(until).toBeLessThan(1600);
  // Both curves of this part, and nothing of the whole runs.
  await expect.poll(() => histories.length).toBe(2);
  expect(histories[1]).toContain(`from=${Math.floor(from)}&until=${Math.ceil(until) + 1}`);

  // The cursor of one panel is that of all.
  await charts.nth(0).hover();
  const texts = await page.getByRole('list', { name: 'Legend' }).locator('li:first-child').allInnerTexts();
  expect(texts[0]).toMatch(/Step \d+/);
  const step = Number(/\d+/.exec(texts[0]!)![0]);
  expect(step).toBeGreaterThan(from);
  expect(step).toBeLessThan(until);

  await page.reload();
  await page.getByRole('button', { name: 'Reset zoom' }).click();
  await page.waitForURL(({ searchParams: now }) => !now.has('from') && !now.has('until'));
  // By keyboard: the fields take the same range.
  await page.getByLabel('From', { exact: true }).fill('100');
  await page.getByLabel('To', { exact: true }).fill('200');
  await page.getByLabel('To', { exact: true }).press('Enter');
  await page.waitForURL(/from=100.*until=200/);
});

test('one click shows or hides the runs of a group, and smoothing keeps the raw lines', async () => {
  const { page } = await open('/compare?sweep=1&view=curves');
  const lines = () =>
    page
      .getByRole('img', { name: /^Loss over steps/ })
      .evaluate((box) => box.querySelectorAll('.u-cursor-pt').length);
  // Of each group four runs, the mean and the edges of its band.
  await expect.poll(lines).toBe(2 * (4 + 3));
  const topk = legendOf(page).getByRole('button', { name: /^topk/ });
  expect(await topk.getAttribute('aria-pressed')).toBe('true');
  await topk.click();
  await page.waitForURL(/toggled=topk/);
  await expect.poll(lines).toBe(4 + 2 * 3);
  await page.reload();
  await expect.poll(lines).toBe(4 + 2 * 3);
  await page.getByLabel('Each run').uncheck();
  await page.waitForURL(/runLines=false/);
  await expect.poll(lines).toBe(2 * 3);
  await page.getByLabel('Each run').check();
  await page.getByRole('combobox', { name: 'Smoothing', exact: true }).selectOption('0.9');
  await page.waitForURL(/smooth=0.9/);
  await expect.poll(lines).toBe(2 * (4 + 4 + 3));
});

test('curves are drawn over tokens and training time, on log axes, and saved as they are shown', async () => {
  const { page } = await open('/compare?sweep=1&view=curves&curve=explained_variance');
  await page.getByRole('combobox', { name: 'Over', exact: true }).selectOption('Tokens');
  await page.waitForURL(/over=tokens/);
  await page.getByRole('img', { name: /^Explained variance over tokens/ }).waitFor();
  await page.getByText('Table of the last values').click();
  const last = page.getByRole('table', { name: 'Last values of Explained variance over tokens' });
  // 20 steps of 256 tokens; the last one starts at 19 · 256.
  expect(await last.locator('tbody tr').first().innerText()).toMatch(/topk\s+4\s+4864/);
  await page.getByRole('combobox', { name: 'Over', exact: true }).selectOption('Training time');
  await page.waitForURL(/over=time/);
  await legendOf(page)
    .getByText(/Training time [\d.]+ s/)
    .waitFor();
  await page.getByRole('combobox', { name: 'Scale of x', exact: true }).selectOption('Log');
  await page.waitForURL(/curveX=log/);

  const saved = async (label: string): Promise<Buffer> => {
    const download = page.waitForEvent('download');
    await page.getByRole('group', { name: 'Export' }).getByRole('button', { name: label }).click();
    return readFile(await (await download).path());
  };
  const caption =
    /Explained variance over training time by variant: means with 95 % t intervals\. Sweep “compared”; n = 8 runs; commit/;
  const svg = (await saved('SVG')).toString();
  expect(svg).toMatch(caption);
  expect(svg).toContain('Training time (s, log scale)');
  expect(svg).not.toContain('var(');
  // Two means, and their lines in the legend.
  expect(svg.match(/stroke-width="2"/g)).toHaveLength(4);
  for (const text of ['Variant', 'topk', 'batch-topk']) expect(svg).toContain(`>${text}</text>`);
  const png = await saved('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20) > 900]).toEqual([1952, true]);
  const [first, heading, row] = (await saved('CSV')).toString().split('\n');
  expect(first).toMatch(caption);
  expect(heading).toBe('group,time,n,mean,low,high');
  expect(row).toMatch(/^topk,[\d.e-]+,4,/);
});

test('the curves of a run are saved with what they are', async () => {
  const { page } = await open('/runs/1');
  const loss = page.getByRole('figure').filter({ hasText: 'Total' }).first();
  await loss.getByText('Values and export').click();
  const download = page.waitForEvent('download');
  await loss.getByRole('button', { name: 'JSON' }).click();
  const { caption, rows } = JSON.parse((await readFile(await (await download).path())).toString()) as {
    caption: string;
    rows: { group: string; step: number }[];
  };
  expect(caption).toMatch(
    /^Loss over steps\. Run 1 \([0-9a-f]{8}\), \S+ k=\d+, hook .*, width \d+, seed \d+; n = 1 run; commit/,
  );
  expect(Object.keys(rows[0]!)).toEqual(['group', 'step', 'value', 'min', 'max']);
  expect(rows.filter(({ group }) => group === 'Total').map(({ step }) => step)).toHaveLength(20);
});
