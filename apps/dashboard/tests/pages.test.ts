// cspell:ignore שלום עולם
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import {
  beginEvaluation,
  enqueueRuns,
  finishEvaluation,
  openClaims,
  registerWorker,
  runById,
  runsOfSweep,
  setPriority,
  sweepById,
  upsertSweep,
  histogramsOf,
} from '@sae-lab/db';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { likeRun, sampleSweep, type SampleRun } from './sample-sweeps.ts';
import { trainTinySweep } from './tiny-sweep.ts';
import { setUpSite } from './set-up-site.ts';

const site = setUpSite({ prepare: ({ dataDir }) => trainTinySweep(dataDir) }, 30_000);
const { open } = site;

/** As a page of the dashboard sends it. */
function request(method: string, path: string, body: object): Promise<Response> {
  const headers = { Origin: site.url, 'Content-Type': 'application/json' };
  return fetch(site.url + path, { method, headers, body: JSON.stringify(body) });
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const finished = (l0: number, ev: number): SampleRun => ({
  end: 'finished',
  figures: { l0, explained_variance: ev },
});
const crashed: SampleRun = { end: 'failed', code: 'run.worker-crashed', problem: 'the process ended' };

test('notes and tags of a sweep go to the database, and to another browser', async () => {
  const { db } = site;
  const { id } = await sampleSweep(db, 'annotated', [finished(4, 0.5)]);
  const [page, other] = [await open(`/sweeps/${id}`), await open(`/sweeps/${id}`)];
  const text = 'Is “k” enough?\n🎉 \u05e9\u05dc\u05d5\u05dd';
  await button(page, 'Add notes').click();
  await page.getByRole('textbox', { name: 'Notes' }).fill(text);
  await button(page, 'Save notes').click();
  await button(page, 'Edit notes').waitFor();
  expect((await sweepById(db, id))!.notes).toBe(text);
  await other.getByText('Is “k” enough?').waitFor();

  await button(page, 'Add tag').click();
  await page.getByRole('textbox', { name: 'Tag' }).fill('for the paper');
  await page.keyboard.press('Enter');
  await other.getByRole('listitem').filter({ hasText: 'for the paper' }).waitFor();
  const list = await open('/?tag=for+the+paper');
  await list.getByRole('link', { name: 'annotated' }).waitFor();
  expect(await list.getByRole('table', { name: 'Sweeps' }).locator('tbody tr').count()).toBe(1);
  await button(other, 'Remove tag for the paper').click();
  await button(page, 'Remove tag for the paper').waitFor({ state: 'detached' });

  // Discarding changes nothing.
  await button(page, 'Edit notes').click();
  await page.getByRole('textbox', { name: 'Notes' }).fill('no');
  await page.keyboard.press('Escape');
  await page.getByText('Is “k” enough?').waitFor();
});

test('notes and tags of a run', async () => {
  const page = await open('/runs/2');
  await button(page, 'Add notes').click();
  await page.getByRole('textbox', { name: 'Notes' }).fill('The best so far.');
  await button(page, 'Save notes').click();
  await button(page, 'Edit notes').waitFor();
  expect((await runById(site.db, 2))!.notes).toBe('The best so far.');
  await button(page, 'Add tag').click();
  await page.getByRole('textbox', { name: 'Tag' }).fill('best');
  await page.keyboard.press('Enter');
  await button(page, 'Remove tag best').waitFor();
  const { rows } = (await (await fetch(`${site.url}/api/runs?filter=tag+%3D+best`)).json()) as {
    rows: { id: number }[];
  };
  expect(rows.map(({ id }) => id)).toEqual([2]);
});

test('an archived sweep leaves the start page and comes back', async () => {
  const { id } = await sampleSweep(site.db, 'old', [finished(4, 0.5)]);
  const page = await open(`/sweeps/${id}`);
  await button(page, 'Archive').click();
  await button(page, 'Unarchive').waitFor();
  expect((await sweepById(site.db, id))!.archivedAt).toBeInstanceOf(Date);
  const start = await open('/');
  const download = start.waitForEvent('download');
  await start.getByRole('group', { name: 'Export' }).getByRole('button', { name: 'JSON' }).click();
  const file = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as {
    caption: string;
    rows: { name: string; runs: number; finished: number }[];
  };
  expect(file.caption).toMatch(/^Sweeps; n = \d+ sweeps?\.$/);
  expect(file.rows.map(({ name }) => name)).not.toContain('old');
  expect(file.rows.find(({ name }) => name === 'tiny')).toMatchObject({ runs: 2, finished: 2 });
  expect(await start.getByRole('link', { name: 'old', exact: true }).count()).toBe(0);
  await start.getByRole('link', { name: '1 archived' }).click();
  await start.getByRole('link', { name: 'old', exact: true }).waitFor();
  await button(page, 'Unarchive').click();
  await button(page, 'Archive').waitFor();
  await start.getByText('No sweep is archived.').waitFor();
});

test('deleting asks, says what goes, and leaves the runs of other sweeps; files go only if asked', async () => {
  const { db } = site;
  const { id, runIds } = await sampleSweep(db, 'doomed', [finished(4, 0.5), finished(8, 0.6)]);
  const [, kept] = await runsOfSweep(db, id);
  const { id: other } = await upsertSweep(db, {
    name: 'heir',
    definitionHash: 'heir',
    definition: {},
    file: 'f',
    source: '',
  });
  await enqueueRuns(db, other, [likeRun(kept!, { runHash: kept!.runHash })]);
  const folders = await Promise.all(
    (await runsOfSweep(db, id)).map(async ({ runHash }) => {
      const folder = join(site.dataDir, 'runs', runHash);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'checkpoint.safetensors'), 'x');
      return folder;
    }),
  );
  const page = await open(`/sweeps/${id}`);
  await button(page, 'Delete …').click();
  const dialog = page.getByRole('dialog', { name: 'Delete doomed?' });
  await dialog.getByText('and 1 run with curves').waitFor();
  await dialog.getByText('1 run belongs to another sweep, and stays.').waitFor();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  expect(await sweepById(db, id)).toBeDefined();
  await button(page, 'Delete …').click();
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Delete sweep' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  expect(await sweepById(db, id)).toBeUndefined();
  expect(await runById(db, runIds[0]!)).toBeUndefined();
  expect(await runById(db, runIds[1]!)).toBeDefined();
  const there = folders.map((folder) =>
    access(folder).then(
      () => true,
      () => false,
    ),
  );
  expect(await Promise.all(there)).toEqual([false, true]);
});

test('failures are grouped by cause, with what to do; a click retries a group', async () => {
  const { db } = site;
  const { id, runIds } = await sampleSweep(db, 'broken', [crashed, crashed, { end: 'diverged', step: 3 }]);
  const page = await open(`/sweeps/${id}`);
  const group = page.getByRole('listitem').filter({ hasText: 'run.worker-crashed' });
  await group.getByText('2 × the process ended').waitFor();
  // The fix of docs/errors.md: the error itself has none.
  await group.getByText(/After SIGKILL, use fewer --workers/).waitFor();
  await group.getByRole('button', { name: 'Retry 2' }).click();
  await group.waitFor({ state: 'detached' });
  expect((await runsOfSweep(db, id)).map(({ status }) => status)).toEqual(['queued', 'queued', 'diverged']);
  await page.getByText('pnpm sweep experiments/broken.ts').waitFor();

  const run = await open(`/runs/${runIds[2]!}`);
  await run.getByText('Diverged at step 3').waitFor();
  await run.getByText('Lower the learning rate, lengthen the warmup or clip the gradient.').waitFor();
  await button(run, 'Retry').click();
  await run.getByText('Waiting to be trained again').waitFor();
  expect(await runById(db, runIds[2]!)).toMatchObject({ status: 'queued', error: null });
});

test('what trains where; two browsers see one cancel', async () => {
  const { db } = site;
  const claims = await openClaims(site.database);
  onTestFinished(() => claims.close());
  const samples: SampleRun[] = [finished(4, 0.5), { end: 'running', step: 50 }, { end: 'queued' }];
  const { id, runIds } = await sampleSweep(db, 'busy', samples, claims);
  const [page, other] = [await open(`/sweeps/${id}`), await open(`/sweeps/${id}`)];
  const training = other.getByRole('table', { name: 'Training now' });
  expect(await training.locator('tbody tr').allTextContents()).toEqual([
    expect.stringMatching(/topk.*50 \/ 200.*gpu-7.*4242.*cpu/),
  ]);
  await other.getByText(/1 of 3 runs have ended, about [\d.]+ (s|min)/).waitFor();
  // A sweep that is running cannot be deleted.
  expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
  const refused = await request('DELETE', `/api/sweeps/${id}`, {});
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('sweep.running')]);

  await button(page, 'Cancel sweep').click();
  const dialog = page.getByRole('dialog', { name: 'Cancel busy?' });
  await dialog.getByText('1 run trains now').waitFor();
  await dialog.getByRole('button', { name: 'Cancel sweep' }).click();
  for (const browserOf of [page, other]) {
    await browserOf.getByText('Stopping after the current steps').waitFor();
    await browserOf.getByRole('table', { name: 'Runs' }).getByText('Cancelling').waitFor();
  }
  expect(await runById(db, runIds[2]!)).toMatchObject({ status: 'cancelled' });
  expect((await runById(db, runIds[1]!))!.cancelRequestedAt).toBeInstanceOf(Date);
});

test('a sweep in the queue says which workers live, and which one to start', async () => {
  const { db } = site;
  const { id, runIds } = await sampleSweep(
    db,
    'waiting',
    [crashed, { end: 'queued' }],
    undefined,
    'train.gpu',
  );
  const page = await open(`/sweeps/${id}`);
  await page.getByText('Its runs wait in the queue train.gpu, and no worker serves it.').waitFor();
  await page.getByText('pnpm worker --device auto', { exact: true }).waitFor();
  expect(await page.getByRole('heading', { name: 'Workers' }).count()).toBe(0);

  const field = page.getByLabel('Priority');
  expect(await field.inputValue()).toBe('0');
  for (const [typed, stored] of [
    ['1001', 0],
    ['soon', 0],
    ['7', 7],
  ] as const) {
    await field.fill(typed);
    await field.press('Enter');
    if (stored === 0) await page.getByText('Write a whole number from 0 to 1000.').waitFor();
    else await vi.waitFor(async () => expect(await sweepById(db, id)).toMatchObject({ priority: stored }));
    expect(await sweepById(db, id)).toMatchObject({ priority: stored });
  }
  await page.getByText('Write a whole number').waitFor({ state: 'detached' });
  await field.fill('soon');
  await field.press('Enter');
  await page.getByText('Write a whole number').waitFor();
  await field.press('Escape');
  await page.getByText('Write a whole number').waitFor({ state: 'detached' });
  expect(await field.inputValue()).toBe('7');
  // By another reader.
  await setPriority(db, id, 3);
  await vi.waitFor(async () => expect(await field.inputValue()).toBe('3'), { timeout: 10_000 });
  const list = (await open('/')).getByRole('row').filter({ hasText: 'waiting' });
  await list.getByText('priority 3', { exact: true }).waitFor();

  const claims = await openClaims(site.database);
  const { holderId } = claims;
  const worker = { holderId, hostname: 'gpu-7', pid: 4242, concurrency: 1, dataDir: '/data', commit: null };
  const queues = ['train.gpu', 'evaluate'];
  await registerWorker(db, { ...worker, queues, device: 'cuda' });
  // The page notices by itself.
  await page.getByText('1 worker serves it').waitFor();
  const row = page.getByRole('table', { name: 'Workers' }).locator('tbody tr');
  expect(await row.allTextContents()).toEqual([
    expect.stringMatching(/gpu-7.*4242.*train\.gpu, evaluate.*cuda.*nothing now/),
  ]);
  await claims.close();
  await page.getByText('no worker serves it').waitFor();

  const run = await open(`/runs/${runIds[0]!}`);
  const attempt = run.locator('dl div').filter({ has: run.getByText('Attempt 1', { exact: true }) });
  expect(await attempt.locator('dd').textContent()).toMatch(
    /^gpu-7, .* to .*: failed\. the process ended \(run\.worker-crashed\)$/,
  );
});

test('a real sweep is cancelled from a page, and a run of it is retried and trained', async () => {
  const { db } = site;
  // A run of a minute or more, so that it does not end before the reader cancels it, however busy the machine is.
  const command = startSweep('cancelled', { TEST_PAUSE_MS: '1000' });
  const start = await open('/');
  // Only the test itself has a limit for what the command does first.
  await start.getByRole('link', { name: 'cancelled', exact: true }).click({ timeout: 0 });
  const table = start.getByRole('table', { name: 'Training now' });
  await table.getByText('slow').first().waitFor({ timeout: 0 });
  const id = Number(new URL(start.url()).pathname.split('/').at(-1));
  const other = await open(`/sweeps/${id}`);
  await button(start, 'Cancel sweep').click();
  await start.getByRole('dialog').getByRole('button', { name: 'Cancel sweep' }).click();
  expect(await command.ended).toBe(1);
  await other.getByRole('button', { name: 'Retry 2 runs' }).waitFor();
  expect((await runsOfSweep(db, id)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);

  const [run] = await runsOfSweep(db, id);
  const page = await open(`/runs/${run!.id}`);
  await page.getByText(/^Cancelled (after \d+ steps|before it started)$/).waitFor();
  await button(page, 'Retry').click();
  await page.getByText('Waiting to be trained again').waitFor();
  expect(await startSweep('cancelled').ended).toBe(1);
  await page.getByRole('heading', { name: 'On held-out activations' }).waitFor();
  expect((await runsOfSweep(db, id)).map(({ status }) => status)).toEqual(['finished', 'cancelled']);
}, 300_000);

function startSweep(
  experiment: string,
  environment: Record<string, string> = {},
): { ended: Promise<number | null> } {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const child = spawn(
    process.execPath,
    ['packages/sweep/src/cli/main.ts', `tests/experiments/${experiment}.ts`, '--data', site.dataDir],
    { cwd: root, stdio: 'ignore', env: { ...process.env, DATABASE_URL: '', ...environment } },
  );
  return { ended: new Promise((resolve) => child.once('close', resolve)) };
}

test('sweeps with no run, one, one that failed, all diverged and all of one L0 say what to do', async () => {
  const { db } = site;
  const text = async (name: string, samples: SampleRun[]): Promise<string> => {
    const { id } = await sampleSweep(db, name, samples);
    return (await (await open(`/sweeps/${id}`)).locator('main').textContent())!;
  };
  expect(await text('no-run', [])).toContain('There are no runs.');
  expect(await text('one-run', [finished(8, 0.8)])).not.toContain('Failures');
  expect(await text('one-failed', [crashed])).toMatch(
    /Failures1 run, 1 cause[^]*No run has finished: 1 failed/,
  );
  const diverged = await text(
    'all-diverged',
    [1, 2].map((step) => ({ end: 'diverged', step })),
  );
  expect(diverged).toMatch(/All diverged[^]*Failures2 runs, 1 cause/);
  expect(diverged).toContain('No run has finished: 2 diverged. “Failures” says what to change.');
  expect(await text('one-l0', [finished(8, 0.8), finished(8 + 1e-14, 0.81)])).not.toContain('NaN');
  // Values at the ends of what a number can be have axes, too.
  expect(await text('huge', [finished(1e300, -1e300), finished(1e-300, 1e300)])).toContain('Sparsity and');
});

test.each(['x'.repeat(300), 'it\'s "quoted" <b>bold</b>', '🧪 emoji', 'שלום עולם'])(
  'a sweep may be named %s',
  async (name) => {
    const { id, runIds } = await sampleSweep(site.db, name, [finished(4, 0.5), finished(8, 0.6)]);
    for (const path of ['/', `/sweeps/${id}`, `/runs/${runIds[0]!}`, `/compare?sweep=${id}&view=scatter`]) {
      const phone = await open(path, { viewport: { width: 390, height: 844 } });
      await phone.getByText(name, { exact: true }).first().waitFor();
      expect(await phone.locator('main b').count()).toBe(0);
      expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }
  },
);

test('the page of a run: intervals, tabs of evaluations, plots, settings, files', async () => {
  const { db, sql } = site;
  onTestFinished(async () => void (await sql`delete from evaluations`));
  const [run] = await runsOfSweep(db, 1);
  const l0 = run!.figures['l0']!;
  const store = async (name: string, version: number, value: number): Promise<void> => {
    const key = { name, version, dataId: 'd', settingsHash: 's' };
    const begun = await beginEvaluation(db, {
      runId: run!.id,
      ...key,
      activationsId: null,
      settings: {},
      provenance: {},
    });
    const figures = { [name === 'ce' ? 'ce_recovered' : 'l0']: { value, low: 0.5 * value, high: 2 * value } };
    await finishEvaluation(db, begun, { figures, histograms: [], tokens: 1200, documents: 34, seconds: 1 });
  };
  await store('reconstruction', 1, l0);
  await store('ce', 1, 0.25);
  await store('ce', 2, 0.5);

  const page = await open(`/runs/${run!.id}`);
  // The run's own figure has the interval of the evaluation that measured the same.
  const figures = page.locator('dl').first();
  await figures.getByText(`${(l0 / 2).toFixed(1)} to ${(2 * l0).toFixed(1)}`).waitFor();

  // The newest version first; the older one can be chosen, and the choice is in the address.
  const panel = page.getByRole('tabpanel');
  await page.getByRole('tab', { name: 'ce' }).click();
  await panel
    .getByText(/version 2/)
    .last()
    .waitFor();
  const other = await panel.getByRole('combobox', { name: 'Result' }).locator('option').allTextContents();
  expect(other.map((text) => text.slice(0, 9))).toEqual(['version 2', 'version 1']);
  await panel.getByRole('combobox', { name: 'Result' }).selectOption({ index: 1 });
  await page.waitForURL(/evaluation=ce&of=\d+/);
  const linked = await open(new URL(page.url()).pathname + new URL(page.url()).search);
  expect(await linked.getByRole('tabpanel').locator('p').textContent()).toContain('version 1');
  await page.getByRole('tab', { name: 'ce' }).focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('tab', { name: 'reconstruction' }).getAttribute('aria-selected')).toBe('true');

  await page.getByRole('list', { name: 'Log of attempt 1' }).getByText('Training starts: 20 steps').waitFor();
  await page.getByRole('combobox', { name: 'Over' }).selectOption('Wall time');
  await page.waitForURL(/over=wall/);
  await page.getByRole('img', { name: /^Loss curves, logarithmic: Total/ }).waitFor();
  // Every plot is saved with its values and its caption.
  const saved = async (of: string, format: string): Promise<string> => {
    const download = page.waitForEvent('download');
    await page
      .getByRole('group', { name: `Export ${of}` })
      .getByRole('button', { name: format })
      .click();
    return readFileSync(await (await download).path(), 'utf8');
  };
  const closed = page.getByText('Values and export');
  for (let index = 0; index < (await closed.count()); index++) await closed.nth(index).click();
  const density = JSON.parse(await saved('Latent density', 'JSON')) as {
    caption: string;
    rows: { from: number; to: number; count: number; share: number }[];
  };
  const caption = new RegExp(
    `Run ${run!.id} \\(${run!.runHash.slice(0, 8)}\\), topk k=\\d+, hook .*, width \\d+, seed \\d+; n = 1 run; commit`,
  );
  expect(density.caption).toMatch(/^Latent density\. Share of tokens/);
  expect(density.caption).toMatch(caption);
  const { edges, counts } = (await histogramsOf(db, run!.id)).find(({ name }) => name === 'log10_density')!;
  expect(density.rows.map(({ count }) => count)).toEqual(counts);
  expect([density.rows[0]!.from, density.rows.at(-1)!.to]).toEqual([edges[0], edges.at(-1)]);
  expect(density.rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  const svg = await saved('Active latents per token', 'SVG');
  expect(svg).toMatch(caption);
  expect(svg).not.toContain('var(');
  await page.getByText(/^Trained for 20 steps of 256 activations, with Adam/).waitFor();
  // Of the training settings, the batch size was chosen and ε was not.
  const fact = (label: string) =>
    page.locator('dl div').filter({ has: page.getByText(label, { exact: true }) });
  expect(await fact('Adam ε').locator('dd').getAttribute('title')).toBe('The default');
  expect(await fact('Batch size').locator('dd').getAttribute('title')).toBeNull();

  const program = await page.getByLabel('Python program').textContent();
  const folder = join(site.dataDir, 'runs', run!.runHash, 'sae');
  expect(program).toContain(`SAE.load_from_disk("${folder}", device="cpu")`);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await button(page, 'Copy the folder').click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(folder);
});

test('both pages are accessible in their states, in light and dark', async () => {
  const { db } = site;
  const claims = await openClaims(site.database);
  onTestFinished(() => claims.close());
  const { id, runIds } = await sampleSweep(
    db,
    'accessible',
    [crashed, { end: 'running', step: 5 }, { end: 'queued' }],
    claims,
  );
  for (const path of [`/sweeps/${id}`, `/runs/${runIds[0]!}`, `/runs/${runIds[1]!}`, '/runs/1', '/']) {
    const page = await open(path, { colorScheme: 'light' });
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(grave.map((found) => `${path}, ${found.id} in ${colorScheme}: ${found.nodes[0]?.html}`)).toEqual(
        [],
      );
    }
    await page.context().close();
  }
  const phone = await open(`/sweeps/${id}`, { viewport: { width: 390, height: 844 } });
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  const run = await open('/runs/1', { viewport: { width: 390, height: 844 } });
  expect(await run.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2500);
});

test.each([
  ['PUT', '/api/sweeps/1', { notes: 7 }, 400, 'dashboard.invalid-notes'],
  ['PUT', '/api/sweeps/999', { notes: '' }, 404, 'dashboard.unknown-request'],
  ['PUT', '/api/runs/999', { notes: '' }, 404, 'dashboard.unknown-request'],
  ['PUT', '/api/sweeps/1/tags', { tag: '' }, 400, 'view.invalid'],
  ['POST', '/api/runs/requests', { action: 'explode', runIds: [1] }, 400, 'dashboard.unknown-request'],
  ['DELETE', '/api/sweeps/999', {}, 404, 'dashboard.unknown-request'],
] as const)('%s %s with %j is refused', async (method, path, body, status, code) => {
  const response = await request(method, path, body);
  expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(code)]);
});

test.each([
  ['POST', '/api/sweeps/1/cancel'],
  ['POST', '/api/runs/requests'],
  ['DELETE', '/api/sweeps/1'],
])('%s %s is refused to other sites', async (method, path) => {
  const origin = { Origin: 'http://127.0.0.1:1' };
  expect((await fetch(site.url + path, { method, headers: origin })).status).toBe(403);
  expect(await sweepById(site.db, 1)).toBeDefined();
});
