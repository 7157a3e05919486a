import axe from 'axe-core';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import {
  enqueueRuns,
  evaluationsOfRun,
  latentOf,
  latentsByDensity,
  runsOfSweep,
  saveResult,
  runById,
  startRun,
  upsertActivations,
  upsertSaes,
  sweepById,
  upsertSweep,
  activationsById,
  type Database,
} from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import type { ReadAnswer, SteerAnswer, TextStage } from '@sae-lab/text/answers';
import type { TextRequest } from '@sae-lab/text/requests';
import { TextService } from '@sae-lab/text/service';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchBrowser } from './browser.ts';
import { pagesOf } from './pages.ts';
import { likeRun } from './sample-sweeps.ts';
import { startDashboard, type RunningDashboard } from './start-dashboard.ts';
import { trainTinySweep } from './tiny-sweep.ts';

const CORPUS = new URL('../../../models/corpus/public-domain-en.jsonl.gz', import.meta.url);
const TEXT = 'The old man sat by the river and watched the boats go by.';

let server: TestDatabase;
let database: Database;
let dashboard: RunningDashboard;
let browser: Browser;
let texts: TextService;

beforeAll(async () => {
  server = await openTestDatabase();
  ({ database } = server);
  await trainTinySweep(server.dataDir, 'own-text');
  texts = new TextService({ dataDir: server.dataDir, databaseUrl: database.url });
  [dashboard, browser] = await Promise.all([
    startDashboard(['--data', server.dataDir, '--port', '0']),
    launchBrowser(),
  ]);
}, 300_000);
afterAll(async () => {
  texts?.close();
  await browser?.close();
  await dashboard?.stop();
  await server?.stop();
});

const { open } = pagesOf(() => ({ browser, url: dashboard.url }), 60_000);

const readBy = (runId: number, text = TEXT, latent?: number): TextRequest => ({
  kind: 'read',
  text,
  saes: [{ runId, ...(latent !== undefined && { latent }) }],
});
const steerBy = (given: Partial<Extract<TextRequest, { kind: 'steer' }>>): TextRequest => ({
  kind: 'steer',
  sae: { runId: 1 },
  text: TEXT,
  latent: 0,
  change: { kind: 'ablate' },
  from: 0,
  steps: 3,
  ...given,
});
const read = async (request: TextRequest): Promise<ReadAnswer> =>
  (await texts.ask(request)).answer as ReadAnswer;
const steer = async (given: Parameters<typeof steerBy>[0]): Promise<SteerAnswer> =>
  (await texts.ask(steerBy(given))).answer as SteerAnswer;

test('a document that is typed gives the activations that training and evaluation saw', async () => {
  const documents = gunzipSync(await readFile(CORPUS))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);
  let compared = 0;
  for (const runId of [1, 2]) {
    const { id } = (await evaluationsOfRun(database.db, runId)).find(({ name }) => name === 'features')!;
    for (const { latent } of await latentsByDensity(database.db, id, { limit: 3 })) {
      const row = (await latentOf(database.db, id, latent))!;
      const { top } = row.features as {
        top: {
          document: number;
          piece: number;
          start: number;
          tokens: string[];
          activations: (number | null)[];
        }[];
      };
      for (const example of top.slice(0, 2)) {
        const document = documents[example.document]!;
        const { text, saes } = await read(readBy(runId, document.slice(0, 9000), latent));
        const first = text.tokens.findIndex(({ piece }) => piece === example.piece) + example.start;
        const shown = text.tokens.slice(first, first + example.tokens.length);
        // Of long documents, only the beginning is read.
        if (first < example.start || shown.length < example.tokens.length) continue;
        expect(shown.map((token) => token.text)).toEqual(example.tokens);
        const listed = saes[0]!.latents.find((one) => one.latent === latent)!;
        for (const [at, token] of shown.entries()) {
          const stored = example.activations[at];
          if (token.row === null) expect(stored).toBe(null);
          else {
            const found = listed.values[listed.rows.indexOf(token.row)] ?? 0;
            // Stored with five significant digits.
            expect(Math.abs(found - stored!)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(stored!)));
            compared += found > 0 ? 1 : 0;
          }
        }
      }
    }
  }
  expect(compared).toBeGreaterThan(20);
});

test('a text is cut as in training, and two SAEs of different hooks read the same tokens', async () => {
  const long = `${TEXT} `.repeat(12);
  const { answer } = await texts.ask({
    kind: 'read',
    text: long,
    saes: [{ runId: 1 }, { runId: 2, latent: 5 }],
  });
  const { text, saes } = answer as ReadAnswer;
  expect(text).toMatchObject({ cutBy: null, maxTokens: 64, prependsBos: true });
  expect(text.readTokens).toBe(text.totalTokens);
  const pieces = Map.groupBy(text.tokens, ({ piece }) => piece);
  expect(pieces.get(0)).toHaveLength(64);
  for (const piece of pieces.values()) expect(piece[0]).toMatchObject({ text: '<|endoftext|>', row: null });
  for (const sae of saes) {
    expect(sae.l0).toHaveLength(text.rows);
    // TopK with k = 8.
    expect(Math.max(...sae.l0)).toBeLessThanOrEqual(8);
    expect(sae.strongest.every((entries) => entries.every(([, value]) => value > 0))).toBe(true);
    expect(sae.errors.every((error) => error !== null && error > 0 && error < 2)).toBe(true);
    for (const { max, sum, values } of sae.latents) {
      expect(max).toBe(Math.max(0, ...values));
      expect(sum).toBeCloseTo(
        values.reduce((total, value) => total + value, 0),
        4,
      );
    }
  }
  expect(saes[1]!.latents.some(({ latent }) => latent === 5)).toBe(true);
  const whole = await read(readBy(1, 'word '.repeat(2000)));
  expect(whole.text).toMatchObject({ cutBy: 'limit' });
  expect(whole.text.tokens).toHaveLength(1024);
});

test('strength 0 equals the clean model bit for bit; the unit is the largest activation that is known', async () => {
  const { saes } = await read(readBy(1));
  const { latent } = saes[0]!.latents[0]!;
  const none = await steer({ latent, change: { kind: 'add', strength: 0, unit: 'one' } });
  expect(none.divergence).toBe(0);
  for (const { clean, steered } of none.next) expect(steered).toBe(clean);
  expect(none.continuations.steered).toEqual(none.continuations.clean);

  const { id } = (await evaluationsOfRun(database.db, 1)).find(({ name }) => name === 'features')!;
  const { maxActivation } = (await latentOf(database.db, id, latent))!;
  const inUnits = await steer({ latent, change: { kind: 'add', strength: 3, unit: 'max' } });
  const absolute = await steer({ latent, change: { kind: 'add', strength: 3 * maxActivation, unit: 'one' } });
  expect(inUnits).toEqual(absolute);
  expect(inUnits.divergence).toBeGreaterThan(0);
  const ablated = await steer({ latent, steps: 0 });
  expect(ablated.amount).toBe(null);
  expect(ablated.continuations.steered).toEqual({ text: '', tokens: [] });
  expect(ablated.divergence).toBeGreaterThan(0);
});

test.each([
  [readBy(99), 'text.no-sae'],
  [readBy(1, TEXT, 64), 'text.unknown-latent'],
  [steerBy({ latent: 64 }), 'text.unknown-latent'],
  [steerBy({ from: 500 }), 'text.unknown-position'],
])('%j is refused with %s', async (request, code) => {
  await expect(texts.ask(request)).rejects.toMatchObject({ code });
});

test('one request is answered at a time; those that wait and those under way are cancelled', async () => {
  const stages: TextStage[] = [];
  const long = steerBy({ steps: 64, change: { kind: 'add', strength: 1, unit: 'one' } });
  const under = new AbortController();
  const computing = Promise.withResolvers<void>();
  const first = texts.ask(long, {
    signal: under.signal,
    onStage: (stage) => (stage === 'computing' ? computing.resolve() : undefined),
  });
  const waiting = new AbortController();
  const second = texts.ask(readBy(1), { signal: waiting.signal });
  const third = texts.ask(readBy(1), { onStage: (stage) => stages.push(stage) });
  await computing.promise;
  const { pid } = texts;
  waiting.abort();
  under.abort();
  await expect(first).rejects.toMatchObject({ code: 'text.cancelled' });
  await expect(second).rejects.toMatchObject({ code: 'text.cancelled' });
  expect((await third).milliseconds.waiting).toBeGreaterThan(0);
  expect(stages).toContain('waiting');
  // The process stopped by itself.
  expect(texts.pid).toBe(pid);

  const held = texts.ask(long);
  const more = Array.from({ length: 9 }, () => texts.ask(readBy(1)));
  await expect(more.at(-1)).rejects.toMatchObject({ code: 'text.busy' });
  await Promise.all([held, ...more.slice(0, -1)]);
});

test('a process that crashes is reported and started again; an idle one ends', async () => {
  const crashed = texts.ask(steerBy({ steps: 64 }), {
    onStage: (stage) => (stage === 'computing' ? process.kill(texts.pid!, 'SIGKILL') : undefined),
  });
  await expect(crashed).rejects.toMatchObject({
    code: 'text.process-ended',
    message: expect.stringContaining('SIGKILL') as string,
  });
  expect((await read(readBy(1))).text.rows).toBeGreaterThan(0);

  const brief = new TextService({ dataDir: server.dataDir, databaseUrl: database.url, idleMs: 0 });
  await brief.ask(readBy(1));
  await vi.waitUntil(() => brief.pid === undefined);
});

const violations = async (page: Page): Promise<unknown[]> => {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return found.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))]);
  });
};

/** Until the last request is answered. */
const answered = (page: Page): Promise<void> =>
  page.getByRole('status').filter({ hasText: 'Took' }).waitFor();

test('a reader types, points at tokens and latents, and compares', async () => {
  const page = await open('/runs/1');
  await page.getByRole('link', { name: 'Your own text' }).click();
  await page.waitForURL(/\/runs\/1\/text$/);
  expect(await page.getByRole('status').innerText()).toContain('Type a text');
  await page.getByRole('textbox', { name: 'Text' }).fill(TEXT);
  await answered(page);
  expect(new URL(page.url()).searchParams.get('text')).toBe(TEXT);
  const tokens = page.getByRole('listbox', { name: 'Tokens of the text' }).getByRole('option');
  const first = tokens.first();
  expect(await first.getAttribute('aria-label')).toMatch(/^The, token 1: latent \d+ at /);
  await first.focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('heading', { name: '·old' }).waitFor();

  const table = page.getByRole('table', { name: /^Latents of/ });
  await table.getByRole('button', { name: /^Sum/ }).click();
  await page.waitForURL(/sort=sum/);
  const sums = (await table.locator('tbody tr td:nth-child(4)').allInnerTexts()).map(Number);
  expect(sums).toEqual(sums.toSorted((a, b) => b - a));
  await table
    .getByRole('button', { name: /^Shade the tokens/ })
    .first()
    .click();
  await page.waitForURL(/latent=\d+/);
  await page.mouse.move(0, 0);
  await page.getByText(/^Shaded by latent \d+/).waitFor();

  await page.getByLabel('Compare with').selectOption('2');
  await page.waitForURL(/with=2/);
  await page.getByRole('listbox').nth(1).waitFor();
  await answered(page);
  await page.getByLabel('Shade tokens by').selectOption('error');
  await page
    .getByRole('option', { name: /error \d/ })
    .last()
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await page
    .getByRole('link', { name: /^Steer with latent/ })
    .first()
    .click();
  await page.waitForURL(/\/runs\/1\/steer\?latent=\d+&text=/);
  await answered(page);
  expect(await page.getByRole('row').count()).toBeGreaterThan(10);
  await page.getByLabel('Change').selectOption('ablate');
  await page.getByText(/is ablated on the underlined tokens/).waitFor();
  await tokens.nth(4).click();
  await page.waitForURL(/from=4/);
  await answered(page);
  expect(await tokens.nth(3).getAttribute('aria-label')).not.toContain('steered');
  expect(await tokens.nth(4).getAttribute('aria-label')).toContain('steered');
  expect(await violations(page)).toEqual([]);
});

test('an SAE that no run trained has the pages of a run', async () => {
  const { db, sql } = database;
  const run = (await runById(db, 1))!;
  const { definition: data } = (await sweepById(db, 1))!;
  const { activationsId, hook } = run;
  const of = { kind: 'baseline', name: 'identity', source: 'identity', architecture: 'baseline' } as const;
  const [sae] = await upsertSaes(db, [
    { ...of, saeHash: 'identity', hook, dIn: 128, width: 256, config: {}, data, activationsId },
  ]);
  // Described as the run is.
  const [evaluation] = await sql<{ id: number }[]>`
    insert into evaluations (sae_id, name, version, data_id, activations_id, settings, settings_hash, tokens, documents, provenance, finished_at)
    select ${sae!.id}, name, version, data_id, activations_id, settings, settings_hash, tokens, documents, provenance, finished_at
    from evaluations where run_id = 1 and name = 'features' returning id`;
  const columns = sql`latent, density, max_activation, top_token, raised_token, lowered_token, max_cosine, raised_tokens, active_tokens, search_text, features`;
  await sql`
    insert into latents (evaluation_id, ${columns}) select ${evaluation!.id}, ${columns} from latents
    where evaluation_id = (select id from evaluations where run_id = 1 and name = 'features')`;

  const page = await open('/saes');
  await page.getByRole('link', { name: 'identity' }).click();
  await page.waitForURL(/\/saes\/1$/);
  await page.getByRole('heading', { name: 'identity' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: 'All 64 latents' }).click();
  await page.waitForURL(/\/saes\/1\/latents$/);
  await page.getByRole('grid').getByRole('link').first().click();
  await page.waitForURL(/\/saes\/1\/latents\/\d+/);
  await page.getByRole('textbox', { name: 'Label' }).fill('negated words');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: /Latent \d+: negated words/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  const searched = await fetch(`${dashboard.url}/api/saes/1/latents?q=negated`);
  expect((await searched.json()) as object).toMatchObject({ rows: [{ label: 'negated words' }] });
  const listed = await fetch(`${dashboard.url}/api/v1/saes/1/latents?limit=2`);
  expect((await listed.json()) as object).toMatchObject({ sae: 1, latents: [{}, {}] });
  const labels = await open('/latents?q=negated');
  const found = labels.getByRole('list', { name: 'Labels and notes' }).getByRole('link');
  await labels.getByRole('link', { name: 'SAE 1' }).waitFor();
  expect(await found.first().getAttribute('href')).toBe(new URL(page.url()).pathname);
  expect(await found.nth(1).getAttribute('href')).toBe('/saes/1');
  expect(await violations(labels)).toEqual([]);
  await labels.close();

  await page.getByRole('link', { name: 'Your own text' }).click();
  await page.waitForURL(/\/saes\/1\/text/);
  await page.getByRole('textbox', { name: 'Text' }).fill(TEXT);
  await answered(page);
  await page.getByLabel('Compare with').selectOption('1');
  await page.waitForURL(/with=1/);
  await page.getByRole('listbox').nth(1).waitFor();
  await answered(page);
  expect(await violations(page)).toEqual([]);
  await page
    .getByRole('link', { name: /^Steer with latent/ })
    .first()
    .click();
  await page.waitForURL(/\/saes\/1\/steer/);
  await answered(page);

  await page.goto(`${dashboard.url}/compare/saes`);
  await page.getByLabel('SAE A').selectOption('sae-1');
  await page.getByLabel('SAE B').selectOption('1');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByText(`pnpm evaluate sae-1 --with ${run.runHash.slice(0, 8)}`).waitFor();
});

test('pages and requests report what cannot be read: an unknown latent, a run without a model, a request that is not one', async () => {
  const page = await open(`/runs/1/text?text=${encodeURIComponent(TEXT)}&latent=4000`);
  await page.getByRole('alert').filter({ hasText: 'expected 0 to 63' }).waitFor();
  await page.close();

  const [run] = await runsOfSweep(database.db, 1);
  const row = (await activationsById(database.db, run!.activationsId))!;
  const { model: _, ...manifest } = row.manifest;
  await upsertActivations(database.db, { ...row, id: 'imported', manifest });
  const { id } = await upsertSweep(database.db, {
    name: 'imported',
    definitionHash: 'imported',
    definition: {},
    file: 'f',
    source: '',
  });
  const [imported] = await enqueueRuns(database.db, id, [likeRun(run!, { activationsId: 'imported' })]);
  const runId = imported!.id;
  const unfinished = await open(`/runs/${runId}/steer`);
  expect(await unfinished.getByRole('heading', { level: 1 }).last().innerText()).toContain('no SAE yet');
  const attempt = (await startRun(database.db, runId, { provenance: {}, totalSteps: 1 }))!;
  const result = { figures: {}, histograms: [], artifacts: [], seconds: 1, finalStep: 1 };
  await saveResult(database.db, { runId, attempt, ...result });
  const without = await open(`/runs/${runId}/text`);
  expect(await without.getByText('No language model turns a text into them').count()).toBe(1);
  await expect(texts.ask(readBy(runId))).rejects.toMatchObject({ code: 'text.no-model' });

  const post = (body: unknown, origin = dashboard.url): Promise<Response> =>
    fetch(`${dashboard.url}/api/texts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin },
      body: JSON.stringify(body),
    });
  for (const body of [
    {},
    { ...readBy(1), more: 1 },
    readBy(1, ''),
    readBy(1, 'a'.repeat(10_001)),
    readBy(1, '\ud800'),
    { kind: 'read', text: TEXT, saes: [] },
    steerBy({ latent: -1 }),
    steerBy({ steps: 65 }),
    steerBy({ change: { kind: 'add', strength: Infinity, unit: 'one' } }),
  ]) {
    const refused = await post(body);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ problem: { code: 'text.invalid-request' } });
  }
  const unknown = await (await post(steerBy({ latent: 64 }))).text();
  expect(JSON.parse(unknown.trim().split('\n').at(-1)!)).toMatchObject({
    problem: { code: 'text.unknown-latent' },
  });
  expect((await post({ ...readBy(1), padding: 'a'.repeat(1_100_000) })).status).toBe(413);
  expect((await post(readBy(1), 'http://evil.example')).status).toBe(403);
});
