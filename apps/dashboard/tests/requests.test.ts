// cspell:ignore fevil Subrequest
import { hostname } from 'node:os';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { enqueueRuns, saveResult, startRun, upsertSweep } from '@sae-lab/db';
import { expect, test } from 'vitest';
import { rawRequest, type Answer, type RawRequest } from './raw-request.ts';
import { startDashboard } from './start-dashboard.ts';
import { setUpDashboard } from './set-up-site.ts';

/** The hashes of runs 1, 2, 3 and 4, stored in this order. */
const HASHES = ['0badcafe11', '0badcafe22', '1234567833', 'feedbeef44'].map((start) => start.padEnd(64, 'a'));

const site = setUpDashboard({
  prepare: async ({ database: { db } }) => {
    const sweep = { name: 's', definitionHash: 'h', definition: {}, file: 'f', source: '' };
    const { id } = await upsertSweep(db, sweep);
    await enqueueRuns(
      db,
      id,
      HASHES.map((runHash, seed) => ({ ...RUN, runHash, seed })),
    );
  },
  args: ['--allow-host', 'Lab.Example,[fd00::1]'],
  environment: { SAE_LAB_ALLOWED_HOSTS: 'proxy.example' },
});

const RUN = {
  variant: 'topk',
  mathVersion: 1,
  hyper: { k: 8 },
  hook: 'h',
  width: 8,
  activationsId: 'a',
  config: {},
  lossConvention: 'none',
};

const send = (target: string, request: RawRequest = {}): Promise<Answer> =>
  rawRequest(site.url, target, request);

const status = async (...request: Parameters<typeof send>) => (await send(...request)).status;

test.each([
  'localhost',
  'LOCALHOST:9',
  'localhost.',
  '127.0.0.1:80',
  '127.8.9.1',
  '[::1]',
  'lab.example',
  '[FD00::1]:4242',
  'proxy.example:1',
])('the host %s is allowed', async (host) => expect(await status('/', { host })).toBe(200));

test.each([
  'evil.example',
  '127.0.0.1.evil.example',
  'localhost@evil.example',
  'localhost, evil.example',
  '0.0.0.0',
  '192.168.1.2',
  '127.1',
  '',
])('the host %j is refused with a fix', async (host) => {
  for (const target of ['/', '/api/version/sweeps', '/api/events', '/api/curves', '/icon.svg', '/nowhere']) {
    const answer = await send(target, { host });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('--allow-host');
  }
});

test('two hosts in a request, or one in its target, are refused', async () => {
  expect(await status('/', { headers: ['Host: evil.example'] })).toBe(403);
  expect(await status('http://evil.example/')).toBe(400);
  expect(await status('/', { host: '', version: '1.0' })).toBe(403);
});

test('an upgrade is guarded too, after Next.js has answered a page', async () => {
  const headers = ['Connection: Upgrade', 'Upgrade: websocket'];
  expect(await status('/')).toBe(200);
  expect(await status('/', { headers })).toBe(200);
  expect(await status('/', { headers, host: 'evil.example' })).toBe(403);
});

test('requests from other origins are refused', async () => {
  for (const origin of ['http://evil.example', 'null', 'file://'])
    expect(await status('/api/version/sweeps', { headers: [`Origin: ${origin}`] })).toBe(403);
  expect(await status('/api/version/sweeps', { headers: ['Origin: http://localhost:4242'] })).toBe(200);
});

test('views and tags are written by pages of the dashboard only', async () => {
  for (const target of ['/api/runs/views', '/api/runs/tags']) {
    const put = (headers: string[]) => send(target, { method: 'PUT', headers });
    expect((await put([])).status).toBe(403);
    expect((await put(['Origin: http://localhost:4242'])).status).toBe(403);
    expect((await put(['Origin: null'])).status).toBe(403);
    expect((await send(target, { method: 'POST' })).status).toBe(403);
    expect((await send(`${target}?x`, { method: 'DELETE' })).status).toBe(403);
  }
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
  '%s is refused',
  async (method) => {
    for (const target of ['/', '/runs', '/runs/1', '/icon.svg']) {
      const answer = await send(target, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers).toContain('allow: get, head');
      expect(answer.body).not.toMatch(/\bat .*:\d+:\d+/);
    }
    // Where a route has no such method, its own pages may not use it either.
    const headers = ['Origin: http://localhost', 'Content-Length: 0'];
    for (const target of ['/api/version/sweeps', '/api/runs', '/api/events'])
      expect(await status(target, { method, headers })).toBe(405);
  },
);

test.each([
  ['/', 200],
  ['/icon.svg', 200],
  ['/api/version/sweeps', 200],
  ['/api/version/runs', 200],
  ['/runs', 200],
  ['/runs?filter=%22&sort=__proto__&columns=constructor&baseline=x&selected=1,,x&dir=%00', 200],
  ['/api/runs?offset=-1e99&columns=variant,,__proto__', 200],
  ['/api/runs?filter=%22', 400],
  ['/api/runs?sort=__proto__', 400],
  ['/api/runs/export?filter=nothing+%3D+1', 400],
  ['/api/runs/values?key=__proto__&typed=%00', 200],
  ['/api/curves?runs=1,2,999&curve=loss&curve=__proto__&from=-1&until=1e99&buckets=x', 200],
  ['/api/curves?runs=1', 400],
  ['/api/curves', 400],
  ['/api/curves/tail', 200],
  ['/api/curves/tail?after=1:-1:%00&after=999:5:loss&after=x', 200],
  ['/nowhere', 404],
  ['/runs/1/2', 404],
  ['/_next/static/nothing.js', 404],
  ['/_next/image?url=http://evil.example/&w=64&q=75', 404],
  ['/runs/%zz', 400],
  ['/sweeps/%', 400],
  ['/api/version/run/%ff', 400],
  ['/runs/%00', 400],
  [`/runs/${'9'.repeat(5000)}`, 414],
  ['/runs/é', 400],
  ['nothing', 400],
  ...[
    '0',
    '-1',
    '1e9',
    '1.5',
    '99999999999',
    '1;',
    '1%27',
    '%E2%82%AC',
    '__proto__',
    'a'.repeat(3000),
  ].flatMap((id) =>
    [`/runs/${id}`, `/sweeps/${id}`, `/api/version/run/${id}`].map((path): [string, number] => [path, 404]),
  ),
  ['/sweeps/1?sort=%zz&dir=%00&hook=%ff&width=1e999&seeds=x&sort=__proto__', 200],
  [`/runs/1?log=${'x'.repeat(3000)}`, 200],
] as [string, number][])('%s has its status and security headers', async (target, expected) => {
  const { status: answered, headers } = await send(target);
  expect(answered).toBe(expected);
  expect(headers).toContain("content-security-policy: default-src 'none'; script-src 'self' 'nonce-");
  expect(headers).toContain("frame-ancestors 'none'");
  for (const line of [
    'x-frame-options: deny',
    'x-content-type-options: nosniff',
    'referrer-policy: no-referrer',
  ])
    expect(headers).toContain(line);
});

test.each([
  'X-Middleware-Subrequest: middleware:middleware:middleware:middleware:middleware',
  'X-Forwarded-Host: evil.example',
  'X-Matched-Path: /api/runs',
  'X-Invoke-Path: /api/runs',
  'X-Now-Route-Matches: 1=/api/runs',
  'X-Prerender-Revalidate: x',
  'Next-Resume: 1',
  'Next-Action: 7f0000000000000000000000000000000000000000',
  'Next-Url: //evil.example/',
  'X-Original-Url: /api/runs',
])('the header %s changes no page', async (header) => {
  const { status: answered, body } = await send('/runs/1', { headers: [header] });
  expect(answered).toBe(200);
  expect(body).toContain('title>topk, run 1 ·');
  expect(body).not.toContain('evil.example');
});

test.each(['/runs/1/', '/runs//1', '/%2fevil.example/', '/%2f%2fevil.example//', '/runs//evil.example/'])(
  '%s leads to no other host',
  async (target) => {
    const { headers } = await send(target, { headers: ['X-Forwarded-Host: evil.example'] });
    expect(/\r\nlocation: (.*)\r\n/.exec(headers)?.[1] ?? '/').toMatch(/^\/(?!\/|\\)/);
  },
);

test('every response has its own nonce, which all inline scripts carry', async () => {
  const pages = [await send('/'), await send('/'), await send('/nowhere'), await send('/runs/1')];
  const nonces = pages.map(({ headers, body }) => {
    const nonce = /'nonce-([^']+)'/.exec(headers)![1]!;
    const scripts = body.match(/<script(?![^>]* src=)[^>]*>/g)!;
    expect(scripts.length).toBeGreaterThan(1);
    for (const script of scripts) expect(script.toLowerCase()).toContain(`nonce="${nonce}"`);
    return nonce;
  });
  expect(new Set(nonces).size).toBe(pages.length);
});

test.each(['evil example', 'http://lab.example', 'lab.example:80'])(
  'the allowed host %j is a usage error',
  async (name) => {
    await expect(startDashboard(['--allow-host', name])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--allow-host: is not a host name'),
    });
  },
);

test('an empty or repeated option is a usage error', async () => {
  for (const args of [
    ['--data', ''],
    ['--data', '/tmp/a', '--data', '/tmp/b'],
    ['--port', '1', '--port', '2'],
  ])
    await expect(startDashboard(args)).rejects.toMatchObject({ code: 2 });
});

test('with DATABASE_URL, the data folder may be missing', async () => {
  const second = await startDashboard(['--data', '/dev/null/data', '--port', '0'], {
    DATABASE_URL: site.database.url,
  });
  try {
    for (const path of ['/', '/sweeps/1', '/runs/1'])
      expect((await fetch(second.url + path)).status).toBe(200);
  } finally {
    await second.stop();
  }
});

test('the page of a large sweep is small', async () => {
  const sweep = { name: 'large', definitionHash: 'large', definition: {}, file: 'f', source: '' };
  const { id } = await upsertSweep(site.db, sweep);
  const runs = Array.from({ length: 2000 }, (_, seed) => ({
    ...RUN,
    runHash: `large ${seed}`,
    seed,
    hyper: { k: seed },
  }));
  await enqueueRuns(site.db, id, runs);
  await site.sql`update runs set status = 'finished', provenance = '{}' where hash like 'large%'`;
  for (const figure of ['l0', 'explained_variance', 'mse', 'cosine', 'l2_ratio', 'dead_fraction', 'l1']) {
    await site.sql`
      insert into figures select id, ${figure}, random() + 1 from runs where hash like 'large%'`;
  }
  const { body } = await send(`/sweeps/${id}`);
  expect(body.match(/<tr/g)).toHaveLength(101);
  // About 100 bytes per run, and 100 rows of the table.
  expect(body.length).toBeLessThan(700_000);
});

test('a run is found by its hash or a prefix of it', async () => {
  for (const path of [HASHES[3]!, 'FEEDBEEF', '4']) {
    expect((await send(`/runs/${path}`)).body).toContain(`title>topk, run 4 ·`);
  }
  // Only digits, but not the id of a run.
  expect((await send('/runs/12345678')).body).toContain('run 3');
  const ambiguous = await send('/runs/0badcafe');
  expect(ambiguous.status).toBe(200);
  expect(ambiguous.body).toContain('Several runs match');
  for (const id of [1, 2]) expect(ambiguous.body).toContain(`href="/runs/${id}"`);
  expect(ambiguous.body).not.toContain('href="/runs/3"');
  expect((await send('/runs/0badcafe11')).body).toContain('run 1');
  expect(await status('/runs/feedbee')).toBe(404);
  expect(await status(`/runs/${HASHES[2]}0`)).toBe(404);
});

test('shows an SAE as on this machine only if its file is', async () => {
  const place = async (runId: number) => {
    const { body } = await send(`/runs/${runId}`);
    return />Data folder<\/dt><dd[^>]*>([^<]*)</.exec(body)?.[1];
  };
  const finish = async (runId: number, provenance: Record<string, string>) => {
    const attempt = (await startRun(site.db, runId, { provenance }))!;
    const file = { kind: 'sae', path: `runs/${runId}/w.safetensors`, bytes: 7, sha256: 's' };
    const result = { figures: {}, histograms: [], artifacts: [file], seconds: 1, finalStep: 9 };
    await saveResult(site.db, { runId, attempt, ...result });
  };
  await finish(1, { hostname: 'other-machine', dataDir: '/home/them/data' });
  expect(await place(1)).toBe('/home/them/data on other-machine');
  await finish(2, { hostname: hostname() });
  expect(await place(2)).toContain('missing');
  await finish(3, {});
  expect(await place(3)).toContain('unknown');
  const stored = { hostname: 'other-machine', dataDir: '/home/them/data', store: 's3://lab/sae' };
  await finish(4, stored);
  expect(await place(4)).toBe('s3://lab/sae/runs');
  await mkdir(join(site.dataDir, 'runs/2'), { recursive: true });
  // Not the stored file: it is shorter.
  await writeFile(join(site.dataDir, 'runs/2/w.safetensors'), 'short');
  expect(await place(2)).toContain('missing');
  await writeFile(join(site.dataDir, 'runs/2/w.safetensors'), '7 bytes');
  expect(await place(2)).toBe(site.dataDir);
});
