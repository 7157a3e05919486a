// cspell:ignore schemaname tablename
/** What others see of a sweep: the dashboard on a network, and a report. Both from outside, in a real browser. */
import { spawn } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Database } from '@sae-lab/db';
import { addLatentNote, setSweepNotes, tagSweep } from '@sae-lab/db/reading';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { pagesOf } from './pages.ts';
import { rawRequest } from './raw-request.ts';
import { sampleSweep } from './sample-sweeps.ts';
import { startDashboard, type RunningDashboard } from './start-dashboard.ts';
import { VIEWS } from '../src/compare/views.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Planted in the environment of every command. None of them may come out anywhere. */
const SECRETS = {
  HF_TOKEN: 'hf_plantedTokenOfTheHub',
  AWS_ACCESS_KEY_ID: 'planted-key-of-the-store',
  AWS_SECRET_ACCESS_KEY: 'planted/secret+key/of/the/store',
  AWS_SESSION_TOKEN: 'planted-session-token-of-the-store',
};
const PASSWORD = 'planted p@ss-word of the database';
/** What a person may write, and what a page must not obey. */
const ODD = `</script><img src=x onerror="alert(1)"> "quotes" 'single' & 😀 \u202eright to left`;

let server: TestDatabase;
let database: Database;
let dashboard: RunningDashboard;
let browser: Browser;
/** Everything that commands printed. */
let printed = '';
/** The link that the start printed, and the dashboard without its token. */
let link: URL;
let elsewhere: Server;
let report: string;

const environment = (): Record<string, string> => {
  const url = database.url.replace(
    /^(postgres(?:ql)?:\/\/[^/?#@:]*)(?::[^@]*)?@/,
    `$1:${encodeURIComponent(PASSWORD)}@`,
  );
  return { ...SECRETS, DATABASE_URL: url };
};

/** Runs a command as a user would; what it prints is searched for secrets. */
async function run(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['scripts/launch.mjs', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment() },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  printed += output;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${output}`);
  return output;
}

beforeAll(async () => {
  server = await openTestDatabase();
  ({ database } = server);
  await run('sweep', 'tests/experiments/reported.ts', '--data', server.dataDir);
  await setSweepNotes(database.db, 1, ODD);
  await tagSweep(database.db, 1, ODD.slice(0, 40));
  for (const [subject, text] of [
    [{ runId: 1 }, 'dates'],
    [{ saeId: 1 }, 'of the mean'],
  ] as const) {
    await addLatentNote(database.db, { subject, latent: 0, kind: 'label', text, author: 'Ada' });
  }
  report = join(server.dataDir, 'report');
  elsewhere = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<a href="${link.href}">Dashboard</a>`);
  });
  await new Promise<void>((listening) => elsewhere.listen(0, 'localhost', listening));
  [dashboard, browser] = await Promise.all([
    startDashboard(['--data', server.dataDir, '--port', '0', '--host', '0.0.0.0'], environment()),
    launchBrowser(),
  ]);
  link = new URL(dashboard.url);
}, 300_000);
afterAll(async () => {
  elsewhere?.close();
  await browser?.close();
  await dashboard?.stop();
  await server?.stop();
});

const { newPage, complaints } = pagesOf(() => ({ browser, url: link.origin }));

/** A page that reports what its content security policy refuses. */
async function watchedPage(): Promise<Page> {
  const page = await newPage('');
  await page.addInitScript(() =>
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI} ${sourceFile}`);
    }),
  );
  return page;
}

test('on a network, the dashboard answers nobody without the token of its link', async () => {
  const host = link.host;
  for (const target of ['/', '/runs/1', '/api/runs', '/api/events', '/icon.svg', '/_next/static/x'])
    expect((await rawRequest(link.origin, target, { host })).status).toBe(401);
  const headers = [`Authorization: Bearer ${link.searchParams.get('token')!}`];
  expect((await rawRequest(link.origin, '/api/runs', { host, headers })).status).toBe(200);
  const events = await rawRequest(link.origin, '/api/events', { host, headers, firstOnly: true });
  expect(events.headers).toContain('content-type: text/event-stream');
  expect((await rawRequest(link.origin, '/', { host: 'evil.example', headers })).status).toBe(403);
});

test('a link from another site signs in, and the pages keep their policy', async () => {
  const page = await watchedPage();
  await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
  await page.getByRole('link').click();
  await page.waitForURL(`${link.origin}/`);
  await page.getByRole('heading', { name: 'Sweeps' }).waitFor();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const state = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const source = new EventSource('/api/events');
        source.addEventListener('state', ({ data }) => {
          source.close();
          resolve(JSON.parse(data as string));
        });
      }),
  );
  expect(state).toMatchObject({ listening: true });
  // Every page, those of tomorrow included.
  const pages = globSync('**/page.tsx', { cwd: join(root, 'apps/dashboard/src/app') }).map(
    // Every SAE has a latent 0.
    (file) =>
      `/${file
        .replace(/\/?page\.tsx$/, '')
        .replace('[latent]', '0')
        .replaceAll(/\[\.{0,3}(\w+)\]/g, '1')}`,
  );
  expect(pages.length).toBeGreaterThan(4);
  for (const path of [...pages, ...VIEWS.map((view) => `/compare?sweep=1&view=${view}`)]) {
    const response = await page.goto(link.origin + path, { waitUntil: 'networkidle' });
    expect(response!.status(), path).toBe(200);
    const html = await response!.text();
    for (const secret of secrets()) expect(html.includes(secret), `${path} has ${secret}`).toBe(false);
  }
  await page.getByRole('button', { name: /theme/ }).click();
});

test('a wrong token and a missing one get the page that asks for it', async () => {
  const page = await watchedPage();
  const response = await page.goto(`${link.origin}/runs?token=wrong`);
  expect(response!.status()).toBe(401);
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Token').fill(link.searchParams.get('token')!);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.waitForURL(`${link.origin}/runs`);
  await page.getByRole('heading', { name: 'Runs' }).waitFor();
  // The browser says that a page was refused.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]);
});

test('a report opens from disk, requests nothing and obeys no text in it', async () => {
  // What a person writes by mistake stays on the machine.
  await setSweepNotes(database.db, 1, `${ODD} ${SECRETS.HF_TOKEN}`);
  const output = await run('report', 'reported', '--data', server.dataDir, '--out', report, '--latents', '5');
  expect(output).toContain('index.html');
  const page = await watchedPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('dialog', () => complaints.push('a dialog opened'));
  const address = pathToFileURL(join(report, 'index.html')).href;
  await page.goto(address);
  expect(requests).toEqual([address]);
  expect(await page.locator('blockquote').innerText()).toContain(
    `</script><img src=x onerror="alert(1)"> "quotes" 'single' & 😀`,
  );
  expect(await page.locator('img').count()).toBe(0);
  for (const title of [
    'At matched L0',
    'Configurations',
    'Curves',
    'Evaluations',
    'Latents',
    'Labels',
    'Runs',
    'Provenance',
  ])
    expect(await page.getByRole('heading', { name: title, exact: true, level: 2 }).count()).toBe(1);
  expect(await page.locator('article').count()).toBe(10);
  expect(await page.locator('figure svg.wide title').count()).toBeGreaterThan(3);
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return found.map(({ id }) => id);
  });
  expect(violations).toEqual([]);
  const column = page.locator('#runs tbody td:nth-child(4)');
  const heading = page.locator('#runs th:nth-child(4)');
  await heading.getByRole('button').click();
  await heading.getByRole('button').click();
  expect(await heading.getAttribute('aria-sort')).not.toBeNull();
  const sorted = await column.allInnerTexts();
  expect(sorted).toHaveLength(8);
  expect(await page.locator('#labels tbody tr').allInnerTexts()).toEqual([
    expect.stringContaining('mean, blocks.1.hook_mlp_out, width 1'),
    expect.stringContaining('hook_mlp_out, width 64'),
  ]);
  // Every link leads to a file of the report.
  const links = await page
    .locator('a')
    .evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
  for (const href of links.filter((one) => !one.includes('#')))
    expect(readFileSync(fileURLToPath(href)).length).toBeGreaterThan(10);
});

test('a report names neither secrets nor folders of the machine', async () => {
  for (const [path, text] of filesOf(report)) {
    for (const hidden of [...secrets(), server.dataDir, root.replace(/\/$/, ''), `${homedir()}/`, '/tmp/'])
      expect(text.includes(hidden), `${path} has ${hidden}`).toBe(false);
  }
});

test('equal data give an equal report', async () => {
  const before = filesOf(report);
  await run('report', '1', '--data', server.dataDir, '--out', report, '--latents', '5');
  expect(filesOf(report)).toEqual(before);
});

test('a sweep without results has a report that says so', async () => {
  const failed = { end: 'failed', code: 'run.failed', problem: `no file ${server.dataDir}/x/y.bin` } as const;
  await sampleSweep(database.db, 'none <b>finished</b>', [{ end: 'queued' }, failed]);
  const out = join(server.dataDir, 'empty');
  await run('report', 'none <b>finished</b>', '--data', server.dataDir, '--out', out);
  const page = await watchedPage();
  await page.goto(pathToFileURL(join(out, 'index.html')).href);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('none <b>finished</b>');
  expect(await page.getByText('No run has the figures to draw').count()).toBe(1);
  expect(await page.getByText('1 run has no result').count()).toBe(1);
  expect(readFileSync(join(out, 'index.html'), 'utf8')).not.toContain(server.dataDir);
  rmSync(out, { recursive: true });
});

test('no secret is in the database, or in what commands print', async () => {
  const tables = await database.sql<{ name: string }[]>`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`;
  expect(environment()['DATABASE_URL']).toContain('planted');
  expect(tables.length).toBeGreaterThan(10);
  await setSweepNotes(database.db, 1, '');
  for (const { name } of tables) {
    const rows = await database.sql.unsafe<{ text: string }[]>(`select t::text as text from ${name} t`);
    const dump = rows.map(({ text }) => text).join('\n');
    for (const secret of secrets()) expect(dump.includes(secret), `${name} has ${secret}`).toBe(false);
  }
  await expect(run('report', 'reports', '--data', server.dataDir)).rejects.toThrow('reported');
  for (const secret of secrets()) expect(printed.includes(secret), `printed ${secret}`).toBe(false);
});

function secrets(): string[] {
  const token = link.searchParams.get('token')!;
  return [...Object.values(SECRETS), PASSWORD, encodeURIComponent(PASSWORD), token];
}

function filesOf(folder: string): [string, string][] {
  return globSync('**/*.*', { cwd: folder })
    .toSorted()
    .map((path) => [path, readFileSync(join(folder, path), 'latin1')]);
}
