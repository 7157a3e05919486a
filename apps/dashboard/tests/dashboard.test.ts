import axe from 'axe-core';
import { readFileSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import {
  beginEvaluation,
  appendCurves,
  enqueueRuns,
  finishEvaluation,
  interruptRun,
  linkSaes,
  openDatabase,
  recordProgress,
  runsOfSweep,
  saveResult,
  openClaims,
  startRun,
  upsertSweep,
  divergeRun,
  upsertSaes,
  type EvaluatedRun,
} from '@sae-lab/db';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { CURVES } from '@sae-lab/measures';
import { startDashboard } from './start-dashboard.ts';
import { trainTinySweep } from './tiny-sweep.ts';
import { setUpSite } from './set-up-site.ts';

const site = setUpSite({ prepare: ({ dataDir }) => trainTinySweep(dataDir) });
const { open, complaints } = site;

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Runs' }).locator('tbody tr');
/** The text of a column's cells, from top to bottom. */
async function column(page: Page, name: string): Promise<string[]> {
  const headings = await page.getByRole('table', { name: 'Runs' }).locator('thead th').allTextContents();
  const index = headings.indexOf(name);
  return rowsOf(page)
    .locator(`td:nth-child(${index + 1})`)
    .allTextContents();
}

test('from the list of sweeps to a sweep to a run', async () => {
  const page = await open('/');
  await page.getByText('2 finished').waitFor();
  await page.getByRole('link', { name: 'tiny' }).click();

  await page.getByRole('heading', { name: 'tiny' }).waitFor();
  expect(await rowsOf(page).count()).toBe(2);
  expect((await column(page, 'Coefficient')).toSorted()).toEqual(['k=4', 'k=8']);
  expect((await column(page, 'L0')).toSorted()).toEqual(['4.0', '8.0']);
  expect(await column(page, 'Status')).toEqual(['Finished', 'Finished']);
  // What all runs share is written once.
  await page.getByText('2, blocks.1.hook_mlp_out, width 64, 20 steps').waitFor();
  expect(await page.getByRole('columnheader').allTextContents()).not.toContain('Steps');
  const chart = page.getByRole('group', { name: /L0 and explained variance at blocks.1/ });
  expect(await chart.getByRole('link').count()).toBe(2);

  // Tab reaches a point, arrow keys move to the next one, Enter opens it.
  await chart.getByRole('link').first().focus();
  await page.getByText('topk k=4, width 64, seed 0').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByText('topk k=8, width 64, seed 0').waitFor();
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'topk k=8' }).waitFor();
  for (const name of [
    'Loss',
    'L0',
    'Explained variance',
    'Gradient norm',
    'Latent activations from 0 to 1',
    'Latent density',
    'Provenance',
  ]) {
    await page.getByRole('heading', { name, exact: true }).waitFor();
  }
  // Real curves: each is a canvas with ink on it.
  await page.locator('canvas').first().waitFor();
  expect(await page.locator('canvas').count()).toBeGreaterThanOrEqual(5);
  expect(await page.locator('canvas').first().evaluate(inkOn)).toBeGreaterThan(500);
  expect(await page.getByRole('slider').count()).toBe(4);
  // A count is an integer, whatever the edges of its bins.
  await page
    .getByRole('slider', { name: /^Active latents per token: \d+ tokens; the fullest bin is 8$/ })
    .waitFor();
  await page.getByText(/^runs\/[0-9a-f]{64}\/sae\/sae_weights.safetensors$/).waitFor();
  await page.getByText(/AuxK = /).waitFor();
  await page.getByLabel('Log scale').check();
  await page.waitForURL(/log=true/);
});

function inkOn(canvas: Element): number {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  let ink = 0;
  for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha]! > 0) ink++;
  return ink;
}

test('a heading sorts, and the order is in the URL', async () => {
  const page = await open('/sweeps/1');
  const heading = page.getByRole('columnheader', { name: 'L0' });
  await heading.getByRole('button').click();
  await page.waitForURL(/sort=l0/);
  expect(await heading.getAttribute('aria-sort')).toBe('ascending');
  expect(await column(page, 'L0')).toEqual(['4.0', '8.0']);
  await heading.getByRole('button').click();
  await page.waitForURL(/dir=desc/);
  expect(await column(page, 'L0')).toEqual(['8.0', '4.0']);

  // The best comes first: here the largest.
  await page.getByRole('columnheader', { name: 'Expl. var.' }).getByRole('button').click();
  await page.waitForURL(/sort=explained_variance&dir=desc/);
  const explained = (await column(page, 'Expl. var.')).map(Number);
  expect(explained[0]).toBeGreaterThan(explained[1]!);

  const linked = await open('/sweeps/1?sort=l0&dir=desc');
  expect(await column(linked, 'L0')).toEqual(['8.0', '4.0']);
  expect(await column(await open('/sweeps/1?sort=nonsense'), 'L0')).toHaveLength(2);
});

test('a chart and the table of a sweep are saved with what they show', async () => {
  const page = await open('/sweeps/1');
  const save = async (place: 'first' | 'last', format: string): Promise<Buffer> => {
    const menu = page.getByRole('group', { name: 'Export' })[place]();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      menu.getByRole('button', { name: format }).click(),
    ]);
    return readFileSync(await file.path());
  };
  const svg = (await save('first', 'SVG')).toString();
  expect(svg).toMatch(
    /<title>Explained variance against L0.*Sweep “tiny”.*; n = 2 runs; commits? \S+\.<\/title>/,
  );
  expect(svg).toContain('>topk</text>');
  expect((await save('first', 'PNG')).subarray(1, 4).toString()).toBe('PNG');
  const bytes = await save('last', 'Parquet');
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const rows = await parquetReadObjects({ file });
  expect(rows).toHaveLength(2);
  const l0 = await column(page, 'L0');
  expect(rows.map((row) => Number(row['l0']).toFixed(1))).toEqual(l0);
});

test('an open page shows the progress of a sweep', async () => {
  const page = await open('/sweeps/1');
  expect(await rowsOf(page).count()).toBe(2);
  const id = await addRun('live', 1);
  const row = rowsOf(page).nth(2);
  await row.getByText('queued').waitFor();
  const live = page.getByText('Updating live');
  expect(await live.count()).toBe(0);

  const claims = await openClaims(site.database);
  onTestFinished(() => claims.close());
  await claims.claim(id);
  const attempt = {
    runId: id,
    attempt: (await startRun(site.db, id, { provenance: {}, totalSteps: 500 }))!,
  };
  await recordProgress(site.db, { ...attempt, step: 123 });
  await row.getByText('running').waitFor();
  await row.getByText('123 / 500').waitFor();
  await live.waitFor();

  const points = page.getByRole('group', { name: /L0 and/ }).getByRole('link');
  expect(await points.count()).toBe(2);
  const truth = page.getByRole('columnheader', { name: /MMCS|Recovered/ });
  expect(await truth.count()).toBe(0);
  await saveResult(site.db, {
    ...attempt,
    // Like a run on synthetic activations: the table gets columns for its figures.
    figures: { l0: 16, explained_variance: 0.5, mse: Number.NaN, mmcs: 0.75, recovered: 0.5 },
    histograms: [],
    artifacts: [],
    seconds: 1,
    finalStep: 500,
  });
  await row.getByText('finished').waitFor();
  // An undefined figure shows as a dash; the others are numbers.
  expect(await column(page, 'MSE').then((shown) => shown.at(-1))).toBe('–');
  await row.getByText('0.750').waitFor();
  expect(await truth.count()).toBe(2);
  expect(await points.count()).toBe(3);
  expect(await live.count()).toBe(0);

  // A run that differs only in its seed, so that there are means to show.
  const diverged = await addRun('diverged', 2);
  const second = { runId: diverged, attempt: (await startRun(site.db, diverged, { provenance: {} }))! };
  await divergeRun(site.db, {
    ...second,
    step: 7,
    error: {
      code: 'run.diverged',
      message: 'the loss is NaN',
      details: { problem: 'the loss is NaN', fix: 'Lower the learning rate.' },
    },
  });
  await rowsOf(page).nth(3).getByText('diverged').waitFor();
  await page.getByLabel('Seeds').selectOption('mean');
  await page.waitForURL(/seeds=mean/);
  await page.getByText('1 finished, 1 diverged').waitFor();

  const failed = await open(`/runs/${diverged}`);
  await failed.getByText('Diverged at step 7').waitFor();
  await failed.getByText('Lower the learning rate.').waitFor();
  await startRun(site.db, diverged, { provenance: {} });
  await interruptRun(site.db, { ...second, attempt: second.attempt + 1 });
  const interrupted = await open(`/runs/${diverged}`);
  await interrupted.getByText('Interrupted after 7 steps').waitFor();
  await interrupted.getByText('resume from the last checkpoint').waitFor();
  expect(await interrupted.getByText('Updating live').count()).toBe(0);
});

/** The planned part of a stored run. */
function asPlanned({
  runHash,
  variant,
  mathVersion,
  hyper,
  hook,
  width,
  seed,
  activationsId,
  config,
  lossConvention,
}: EvaluatedRun) {
  return {
    runHash,
    variant,
    mathVersion,
    hyper,
    hook,
    width,
    seed,
    activationsId,
    config,
    lossConvention,
  };
}

/** Adds a run to the end of the tiny sweep. */
async function addRun(runHash: string, seed: number): Promise<number> {
  const known = await runsOfSweep(site.db, 1);
  const runs = known.map(asPlanned);
  const added = { ...runs[0]!, hyper: { k: 16, auxWeight: 0.03125 }, runHash, seed };
  const enqueued = await enqueueRuns(site.db, 1, [...runs, added]);
  return enqueued.at(-1)!.id;
}

test.each(['/', '/sweeps/1', '/runs/1'])(
  '%s has no serious accessibility problems, in light and dark',
  async (path) => {
    const page = await open(path, { colorScheme: 'light' });
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(grave.map(({ id, nodes }) => `${id} in ${colorScheme}: ${nodes[0]?.html}`)).toEqual([]);
    }
  },
);

test.each(['/', '/sweeps/1', '/runs/1'])('%s fits a phone', async (path) => {
  const page = await open(path, { viewport: { width: 390, height: 844 } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test('on a phone, a table says that it scrolls, and the page of a run is short', async () => {
  const viewport = { width: 390, height: 844 };
  const sweep = await open('/sweeps/1', { viewport });
  const hint = sweep.getByText('Scroll for more columns');
  await hint.waitFor();
  await sweep
    .getByRole('region', { name: 'Runs, scrollable' })
    .evaluate((area) => area.scrollTo({ left: 1e6 }));
  await hint.waitFor({ state: 'hidden' });
  // The first column stays.
  const name = sweep.getByRole('table', { name: 'Runs' }).getByRole('link', { name: 'topk' }).first();
  expect((await name.boundingBox())!.x).toBeGreaterThanOrEqual(0);

  const run = await open('/runs/1', { viewport });
  expect(await run.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2500);
  const curves = run.getByRole('button', { name: 'Other curves' });
  expect(await curves.getAttribute('aria-expanded')).toBe('false');
  await curves.click();
  await run.getByRole('heading', { name: CURVES.gradient_norm.label }).waitFor();
  const chart = run.locator('.uplot canvas').nth(1);
  expect(await chart.evaluate((canvas) => canvas.getBoundingClientRect().width)).toBeGreaterThan(250);
});

test.each([1440, 2560])(
  'at %i pixels, means over seeds are not cut off, and the page uses the width',
  async (width) => {
    const page = await open('/sweeps/1?seeds=mean', { viewport: { width, height: 900 } });
    expect(await page.getByText('Scroll for more columns').isVisible()).toBe(false);
    const table = (await page.getByRole('table', { name: 'Runs' }).boundingBox())!;
    expect(table.width).toBeGreaterThan(0.85 * width);
  },
);

test('a click anywhere on a row opens its page', async () => {
  const page = await open('/');
  await page.getByRole('cell', { name: 'tests/experiments/tiny.ts' }).click();
  await page.waitForURL(/sweeps\/1$/);
  const cell = rowsOf(page).first().locator('td').nth(1);
  await cell.click();
  await page.waitForURL(/runs\/\d+$/);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('topk');
});

test('the legend of a curve has the last values while nothing is pointed at', async () => {
  const page = await open('/runs/1');
  const legends = page.getByRole('list', { name: 'Legend' });
  await legends.first().getByText('Step 19').waitFor();
  for (const text of await legends.locator('li').allInnerTexts()) expect(text).toMatch(/\d/);
});

test('the first steps of a loss are outside of its axis until the reader wants them', async () => {
  const id = await addRun('outliers', 3);
  const attempt = (await startRun(site.db, id, { provenance: {}, totalSteps: 400 }))!;
  const steps = Array.from({ length: 400 }, (_, step) => step);
  const values = steps.map((step) => 1 + 60 * Math.exp(-step / 4));
  await appendCurves(site.db, { runId: id, attempt, curves: { loss: { steps, values } } });
  const page = await open(`/runs/${id}`);
  const caption = page.getByText(/\d+ points outside of the axis/);
  await caption.waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.waitForURL(/outliers=true/);
  await page.getByText(/stretched by \d+ points/).waitFor();
  await page.getByRole('button', { name: 'Leave them out' }).click();
  await caption.waitFor();
  await page.waitForURL(({ search }) => search === '');
  expect(await page.getByRole('button', { name: 'Show all' }).count()).toBeGreaterThan(0);
});

test('a sweep without finished runs has a text, not an empty chart', async () => {
  const planned = { name: 'waiting', definitionHash: 'waiting', definition: {}, file: 'f', source: '' };
  const { id } = await upsertSweep(site.db, planned);
  const [known] = await runsOfSweep(site.db, 1);
  const run = asPlanned(known!);
  const training = { ...(run.config['training'] as object), learningRate: 0.5 };
  const waiting = await enqueueRuns(site.db, id, [
    { ...run, runHash: 'waiting' },
    { ...run, runHash: 'waiting, too', config: { ...run.config, training } },
  ]);
  const page = await open(`/sweeps/${id}`);
  await page.getByText('No run has finished yet').waitFor();
  expect(await page.getByRole('group', { name: /L0 and/ }).count()).toBe(0);

  // A run is named by what tells it apart in its sweep, here and in the title of the tab.
  const second = await open(`/runs/${waiting[1]!.id}`);
  await second.getByRole('heading', { name: /^topk k=\d learningRate=0\.5$/ }).waitFor();
  expect(await second.title()).toContain('learningRate=0.5');
});

test('a browser with an invalid language still shows the curves', async () => {
  const page = await open('/');
  // What Chromium reports in the POSIX locale.
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'language', { get: () => 'en-US@posix', configurable: true }),
  );
  await page.goto(`${site.url}/runs/1`, { waitUntil: 'networkidle' });
  await page.locator('.uplot canvas').first().waitFor();
  expect(await page.evaluate(() => navigator.language)).toBe('en-US');
});

test('the theme that a reader chooses stays, and curves are redrawn in its colours', async () => {
  const page = await open('/runs/1', { colorScheme: 'light' });
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const brightness = () => page.locator('.uplot canvas').first().evaluate(brightnessOf);
  const light = [await background(), await brightness()] as const;
  await page.getByRole('button', { name: 'Switch to dark theme' }).click();
  const dark = [await background(), await brightness()] as const;
  expect(dark[0]).not.toBe(light[0]);
  // Most of the ink is the grid, which is close to the background.
  expect(dark[1]).toBeLessThan(light[1] - 20);
  await page.reload({ waitUntil: 'networkidle' });
  expect([await background(), await brightness()]).toEqual(dark);
});

/** Mean brightness of the ink on a canvas, from 0 to 255. */
function brightnessOf(canvas: Element): number {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  let [sum, ink] = [0, 0];
  for (let alpha = 3; alpha < data.length; alpha += 4) {
    if (data[alpha]! < 128) continue;
    sum += (data[alpha - 3]! + data[alpha - 2]! + data[alpha - 1]!) / 3;
    ink++;
  }
  return Math.round(sum / ink);
}

test.each(['/sweeps/99', '/runs/99', '/runs/abc', '/runs/99999999999', '/nowhere'])(
  '%s answers with 404',
  async (path) => {
    expect((await fetch(site.url + path)).status).toBe(404);
  },
);

test('a missing page says so', async () => {
  const page = await open('/runs/99');
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  // The browser logs it too.
  expect(complaints.splice(0).every((text) => text.includes('404'))).toBe(true);
});

test('an empty database shows how to start, a lost one what to do', async () => {
  await site.sql`create database empty`;
  const url = site.database.url.replace('/postgres?', '/empty?');
  const empty = await openDatabase({ dataDir: site.dataDir, url });
  await empty.close();
  const second = await startDashboard(['--data', site.dataDir, '--port', '0'], { DATABASE_URL: url });
  try {
    const page = await open('/', { base: second.url });
    await page.getByRole('heading', { name: 'No sweeps yet' }).waitFor();
    await page.getByText('pnpm sweep').waitFor();

    await site.sql`drop database empty with (force)`;
    await page.getByText('Connection lost').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Cannot read the database' }).waitFor();
    // The version route answers with 503, which the browser logs.
    expect(complaints.splice(0).every((text) => text.includes('503'))).toBe(true);
  } finally {
    expect(await second.stop()).toBe(130);
  }
});

test('a given port that is taken is an error; without one, the next free port is used', async () => {
  const taken = new URL(site.url).port;
  await expect(startDashboard(['--data', site.dataDir, '--port', taken])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`error dashboard.port-in-use\n--port: port ${taken} is in use`),
  });
  await expect(startDashboard(['--port', 'http'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('error cli.usage\n--port: must be an integer from 0 to 65535'),
  });
  const [first, second] = [
    await startDashboard(['--data', site.dataDir]),
    await startDashboard(['--data', site.dataDir]),
  ];
  expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(new URL(first.url).port));
  expect(await Promise.all([first.stop(), second.stop()])).toEqual([130, 130]);
});

test('shows evaluations with their intervals, and the SAEs that runs are compared with', async () => {
  const { db, sql } = site;
  onTestFinished(async () => void (await sql`delete from saes`));
  onTestFinished(async () => void (await sql`delete from evaluations`));
  const [run] = await runsOfSweep(db, 1);
  const [identity] = await upsertSaes(db, [
    {
      saeHash: 'identity',
      kind: 'baseline',
      name: 'identity',
      source: 'identity',
      architecture: 'baseline',
      hook: run!.hook,
      dIn: 128,
      width: 256,
      config: {},
    },
  ]);
  await linkSaes(db, 1, [identity!.id]);
  const key = {
    name: 'truth',
    version: 1,
    dataId: 'd',
    settingsHash: 's',
    activationsId: null,
    settings: {},
    provenance: {},
  };
  const figures = { mmcs: { value: 0.4321, low: 0.4011, high: 0.4631 } };
  const result = { figures, histograms: [], tokens: 1200, documents: 34, seconds: 1 };
  for (const subject of [{ runId: run!.id }, { saeId: identity!.id }]) {
    await finishEvaluation(db, await beginEvaluation(db, { ...subject, ...key }), result);
  }

  const sweep = await open('/sweeps/1');
  // Of the runs that other tests left in this sweep, some have no MMCS.
  expect(await column(sweep, 'MMCS')).toEqual(expect.arrayContaining(['0.432', '–']));
  const reference = sweep.getByRole('table', { name: 'References' });
  await reference.getByRole('cell', { name: 'identity' }).waitFor();
  expect(await reference.locator('tbody tr').allTextContents()).toEqual([
    expect.stringMatching(/^identityBaseline.*256.*0\.432$/),
  ]);

  const download = sweep.waitForEvent('download');
  await sweep
    .getByRole('group', { name: 'Export the references' })
    .getByRole('button', { name: 'CSV' })
    .click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  expect(csv).toMatch(/^# References of the sweep “tiny”; n = 1 SAE; commit/);
  expect(csv).toMatch(/\nidentity,baseline,.*,256,.*0\.4321/);

  const page = await open(`/runs/${run!.id}`);
  await page.getByRole('tab', { name: 'truth', selected: true }).waitFor();
  expect(await page.getByRole('tabpanel').textContent()).toMatch(
    /1200 tokens of 34 documents, version 1.*0\.4320\.401 to 0\.463/,
  );
});
