// cspell:ignore xchunked fetc fpasswd cetc fpackage
/** The guard from outside, byte for byte, in front of a handler that says what reached it. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command, isLoopback } from '../scripts/command.ts';
import { AccessToken, hashOf } from '../scripts/guard/access-token.ts';
import { networkOf } from '../scripts/guard/client.ts';
import { guardedServer, type Guard } from '../scripts/guard/guarded-server.ts';
import { OpenRequests } from '../scripts/guard/open-requests.ts';
import { LARGEST_BODY } from '../scripts/guard/refuse-write.ts';
import { chooseToken, TOKEN_FILE } from '../scripts/guard/stored-token.ts';
import { WrongTokens } from '../scripts/guard/wrong-tokens.ts';
import { linkTo } from '../scripts/link.ts';
import { rawRequest, type Answer, type RawRequest } from './raw-request.ts';

const TOKEN = 'a-token-of-the-test-0123456789';
const token = new AccessToken(hashOf(TOKEN));
const bearer = `Authorization: Bearer ${TOKEN}`;
const cookie = `Cookie: theme=dark; ${token.cookieName}=${TOKEN}`;

const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => new Promise((closed) => server.close(closed)))));

/** Starts a guard in front of a handler that answers with the headers and the address that reached it. */
async function guard(settings: Partial<Guard> = {}): Promise<Send> {
  const server = guardedServer({ allowedHosts: [], trustProxy: false, ...settings }, (request, response) => {
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  });
  return listening(server);
}

async function listening(server: Server): Promise<Send> {
  servers.push(server);
  await new Promise<void>((started) => server.listen(0, '127.0.0.1', started));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (target, request) => rawRequest(url, target, request);
}
type Send = (target: string, request?: RawRequest) => Promise<Answer>;

let closed: Send;
let open: Send;
beforeAll(async () => {
  [closed, open] = await Promise.all([guard({ token }), guard()]);
});

/** Pages, files, routes of today and of tomorrow. */
const TARGETS = [
  '/',
  '/runs/1',
  '/api/events',
  '/api/v1/runs',
  '/not-written-yet',
  '/_next/static/x.js',
  '/icon.svg',
];

test.each(['evil.example', 'localhost.evil.example', '10.1.2.3', ''])(
  'the host %j is refused',
  async (host) => {
    for (const send of [open, closed]) {
      for (const target of TARGETS)
        expect((await send(target, { host, headers: [bearer] })).status).toBe(403);
    }
  },
);

test.each(TARGETS)('%s needs the token', async (target) => {
  for (const headers of [[], ['Cookie: sae-lab=x'], [`Cookie: x=${TOKEN}`]]) {
    const answer = await closed(target, { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers).toContain('www-authenticate: bearer');
    expect(answer.body).not.toContain('headers');
  }
  for (const headers of [[bearer], [cookie]]) expect((await closed(target, { headers })).status).toBe(200);
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'])('%s needs the token', async (method) => {
  expect((await closed('/api/runs/views', { method })).status).toBe(401);
});

test.each(['websocket', 'h2c'])('an upgrade to %s is a request like any other', async (protocol) => {
  const headers = ['Connection: Upgrade', `Upgrade: ${protocol}`];
  expect((await closed('/', { headers })).status).toBe(401);
  expect((await closed('/', { headers: [bearer, ...headers], host: 'evil.example' })).status).toBe(403);
  expect((await closed('http://127.0.0.1:1/', { headers: [bearer, ...headers] })).status).toBe(400);
  expect((await closed('/', { headers: [bearer, ...headers] })).status).toBe(200);
});

test('a link is exchanged for a cookie, and the token leaves the address', async () => {
  const answer = await closed(`/runs?filter=a%26b&token=${TOKEN}&sort=l0`);
  expect(answer.status).toBe(303);
  expect(answer.head).toContain('\r\nLocation: /runs?filter=a%26b&sort=l0\r\n');
  expect(answer.head).toMatch(
    new RegExp(
      `Set-Cookie: ${token.cookieName}=${TOKEN}; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Strict\\r\\n`,
    ),
  );
  expect(answer.headers).toContain('cache-control: no-store');
  // Whatever stands before it, it leads to no other host.
  for (const target of [`//evil.example/?token=${TOKEN}`, `/\\evil.example?token=${TOKEN}`])
    expect((await closed(target)).status).toBe(400);
});

test('after a click elsewhere, a page leads on, because browsers withhold the cookie from a redirect', async () => {
  const link = `/runs?token=${TOKEN}`;
  // Browsers say where a click was only to trustworthy addresses.
  for (const said of [[], ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate']]) {
    const answer = await closed(link, { headers: ['Accept: text/html', ...said] });
    expect(answer.status).toBe(200);
    expect(answer.head).toContain('\r\nRefresh: 0; url=/runs\r\n');
    expect(answer.body).not.toContain(TOKEN);
  }
  const typed = await closed(link, { headers: ['Accept: text/html', 'Sec-Fetch-Site: none'] });
  expect(typed.status).toBe(303);
});

test('neither pages nor handlers see a credential', async () => {
  for (const headers of [[bearer], [cookie]]) {
    const { body } = await closed('/', { headers });
    expect(body).not.toContain(TOKEN);
  }
});

test('wrong tokens are refused, then slowed down with the right one', async () => {
  const send = await guard({ token });
  const wrong = [`Authorization: Bearer ${TOKEN}x`];
  for (let count = 0; count < WrongTokens.MOST; count++)
    expect((await send('/', { headers: wrong })).status).toBe(401);
  for (const headers of [wrong, [bearer], [cookie]]) {
    const answer = await send('/', { headers });
    expect(answer.status).toBe(429);
    expect(answer.headers).toMatch(/retry-after: [1-9]\d?\r\n/);
  }
  // A request without a token guesses nothing.
  expect((await send('/')).status).toBe(401);
});

test('each way of giving a token counts', async () => {
  const send = await guard({ token });
  const ways = [
    (guess: string) => send('/', { headers: [`Cookie: ${token.cookieName}=${guess}`] }),
    (guess: string) => send('/', { headers: [`Authorization: Basic ${guess}`] }),
  ];
  const statuses = [];
  for (let count = 0; count <= WrongTokens.MOST; count++)
    statuses.push((await ways[count % 2]!(`guess${count}`)).status);
  expect(statuses).toEqual([...Array<number>(WrongTokens.MOST).fill(401), 429]);
});

test('wrong links slow down links only: any page can make a browser follow them', async () => {
  const send = await guard({ token });
  // All at once: a guess is counted before the next one is compared.
  const guesses = await Promise.all(
    Array.from({ length: 2 * WrongTokens.MOST }, (_, guess) => send(`/?token=${guess}`)),
  );
  expect(guesses.filter(({ status }) => status === 401)).toHaveLength(WrongTokens.MOST);
  expect((await send(`/?token=${TOKEN}`)).status).toBe(429);
  for (const headers of [[bearer], [cookie]]) expect((await send('/', { headers })).status).toBe(200);
});

test('one client may have a bounded number of requests open', async () => {
  const ended = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  let reached = 0;
  const server = guardedServer({ allowedHosts: [], trustProxy: true }, (_, response) => {
    if (++reached === OpenRequests.MOST) all.resolve();
    void ended.promise.then(() => response.end());
  });
  const send = await listening(server);
  const from = (address: string) => send('/', { headers: [`X-Forwarded-For: ${address}`] });
  const most = Array.from({ length: OpenRequests.MOST }, (_, port) => from(`203.0.113.7:${port + 1}`));
  await all.promise;
  const refused = await from('203.0.113.7');
  expect(refused.status).toBe(429);
  expect(refused.headers).toContain('retry-after: ');
  const other = from('203.0.113.8');
  ended.resolve();
  expect((await other).status).toBe(200);
  await Promise.all(most);
  expect((await from('203.0.113.7')).status).toBe(200);
});

test('a cookie of an earlier token does not count', async () => {
  const send = await guard({ token });
  const earlier = new AccessToken(hashOf('earlier'));
  for (let count = 0; count < 2 * WrongTokens.MOST; count++)
    await send('/', { headers: [`Cookie: ${earlier.cookieName}=earlier`] });
  expect((await send('/', { headers: [bearer] })).status).toBe(200);
});

test('wrong tokens are forgotten after a while, and memory is bounded', () => {
  let now = 0;
  const wrong = new WrongTokens(() => now);
  for (let count = 0; count < WrongTokens.MOST; count++) wrong.add('a');
  expect(wrong.waitOf('a')).toBe(60);
  expect(wrong.waitOf('b')).toBe(0);
  now += 59_001;
  expect(wrong.waitOf('a')).toBe(1);
  now += 999;
  expect(wrong.waitOf('a')).toBe(0);
  for (let client = 0; client < 2 * WrongTokens.MOST_CLIENTS; client++) wrong.add(String(client));
  expect(wrong.size).toBe(WrongTokens.MOST_CLIENTS);
});

test.each([
  ['2001:db8:0:1::1', '2001:db8:0:1'],
  // The same network under another address, and another network.
  ['2001:db8::1:ffff:0:0:2', '2001:db8:0:1'],
  ['2001:db8:0:2::1', '2001:db8:0:2'],
  ['[2001:db8:0:1::9]:443', '2001:db8:0:1'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
])('the network of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));

test('a proxy is believed only if asked for', async () => {
  const link = `/?token=${TOKEN}`;
  const forwarded = ['X-Forwarded-Proto: https', 'X-Forwarded-For: 9.9.9.9, 203.0.113.7'];
  expect((await closed(link, { headers: forwarded })).head).not.toContain('Secure');
  const behind = await guard({ token, trustProxy: true });
  expect((await behind(link, { headers: forwarded })).head).toContain('; SameSite=Strict; Secure\r\n');
  const wrong = (address: string) =>
    behind('/', { headers: ['Authorization: Bearer x', `X-Forwarded-For: 1.2.3.4, ${address}`] });
  for (let count = 0; count < WrongTokens.MOST; count++) await wrong('203.0.113.7');
  expect((await wrong('203.0.113.7')).status).toBe(429);
  expect((await wrong('203.0.113.8')).status).toBe(401);
});

test('handlers see no header that only the server in front may set', async () => {
  const headers = ['X-Forwarded-Host: evil.example', 'X-Middleware-Rewrite: /x', 'X-Nonce: mine'];
  const { headers: seen } = JSON.parse((await open('/', { headers })).body) as {
    headers: Record<string, string>;
  };
  expect(Object.keys(seen).filter((name) => /^x-(?!nonce$)/.test(name))).toEqual([]);
  expect(seen['x-nonce']).not.toBe('mine');
});

const json = ['Content-Type: application/json', 'Content-Length: 2'];
const own = 'Origin: http://localhost';
test.each<[string, string[], number]>([
  ['without an origin', json, 403],
  ['of another site', ['Origin: http://evil.example', ...json], 403],
  ['of another port', ['Origin: http://localhost:1', ...json], 403],
  ['of a sandboxed page', ['Origin: null', ...json], 403],
  ['that the browser calls cross-site', [own, 'Sec-Fetch-Site: cross-site', ...json], 403],
  ['that the browser calls same-site', [own, 'Sec-Fetch-Site: same-site', ...json], 403],
  ['of an own page', [own, 'Sec-Fetch-Site: same-origin', ...json], 200],
  ['that is a form', [own, 'Content-Type: text/plain', 'Content-Length: 2'], 415],
  ['that claims to be JSON', [own, 'Content-Type: text/plain; application/json', 'Content-Length: 2'], 415],
  ['without a type', [own, 'Content-Length: 2'], 415],
  ['of unknown length', [own, json[0]!, 'Transfer-Encoding: chunked'], 411],
  ['that is too large', [own, json[0]!, `Content-Length: ${LARGEST_BODY + 1}`], 413],
])('a write %s', async (_, headers, expected) => {
  const body = headers.includes('Transfer-Encoding: chunked') ? '2\r\n{}\r\n0\r\n\r\n' : '{}';
  const answer = await open('/api/not-written-yet', { method: 'POST', headers, body });
  expect(answer.status).toBe(expected);
});

test('a program writes with its token and no origin, but no page of another site does', async () => {
  const post = (headers: string[]) =>
    closed('/api/x', { method: 'POST', headers: [...headers, ...json], body: '{}' });
  expect((await post([bearer])).status).toBe(200);
  expect((await post([cookie])).status).toBe(403);
  expect((await post([bearer, 'Origin: http://localhost:1'])).status).toBe(403);
});

test.each<[string, string[], number]>([
  ['two lengths', ['Content-Length: 2', 'Content-Length: 3'], 400],
  ['a length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked'], 400],
  ['an unknown encoding', ['Transfer-Encoding: xchunked'], 411],
  ['a space in a name', ['Transfer-Encoding : chunked'], 400],
  ['a folded header', ['Content-Length: 2', 'X: a\r\n b'], 400],
  ['a signed length', ['Content-Length: +2'], 400],
])('a proxy and the guard read the same requests: %s', async (_, headers, expected) => {
  const hidden = '{}GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const answer = await closed('/api/x', {
    method: 'POST',
    headers: [bearer, json[0]!, ...headers],
    body: hidden,
  });
  expect(answer.status).toBe(expected);
  expect(answer.body).not.toContain('/hidden');
});

test('parts of other pages read nothing, but links lead here', async () => {
  const fetched = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'];
  expect((await open('/api/runs', { headers: fetched })).status).toBe(403);
  const followed = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'];
  expect((await open('/runs/1', { headers: followed })).status).toBe(200);
});

test.each([
  '/../etc/passwd',
  '/runs/../../etc/passwd',
  '/runs/%2e%2e/%2e%2e/etc/passwd',
  '/runs/..%2f..%2fetc%2fpasswd',
  '/runs/..%5c..%5cetc',
  '/runs/.\\..\\x',
  '/_next/static/..%2f..%2fpackage.json',
  '/runs/1%00.json',
  '/runs/1%0d%0aX-Injected:%201',
  '/runs/%c0%ae%c0%ae/x',
  '//evil.example/',
  'http://evil.example/',
])('the address %s is refused', async (target) => {
  for (const send of [open, closed]) {
    const answer = await send(target);
    expect([400, 403]).toContain(answer.status);
    expect(answer.headers).not.toContain('x-injected');
  }
});

test('pages are isolated where browsers allow it', async () => {
  const isolated = async (host: string) => (await open('/', { host })).headers.includes('opener-policy');
  expect(await isolated('localhost')).toBe(true);
  const named = await guard({ allowedHosts: ['lab.example'] });
  const answer = await named('/', { host: 'lab.example' });
  expect(answer.headers).not.toContain('opener-policy');
  expect(answer.headers).toContain('cross-origin-resource-policy: same-origin');
  expect(answer.headers).toContain('permissions-policy: ');
});

test('headers cannot be injected', async () => {
  for (const target of [
    `/a%0d%0aSet-Cookie:%20x=1?token=${TOKEN}`,
    `/?x=%0d%0aSet-Cookie:%20x=1&token=${TOKEN}`,
  ]) {
    const answer = await closed(target);
    expect(answer.head.match(/^Set-Cookie: x=1/m)).toBeNull();
  }
  expect((await open('/', { headers: ['X: a\nSet-Cookie: b'] })).headers).not.toMatch(/^set-cookie/m);
});

test('a page for readers has no script and runs none', async () => {
  const problem = '/x"><img/src=x>?q="><script>alert(1)</script>&token=%3Cimg%20src=x%3E';
  const answer = await closed(problem, { headers: ['Accept: text/html'] });
  expect(answer.headers).toContain('content-type: text/html');
  expect(answer.body).toContain('<form method="get" action="/x&#34;&#62;&#60;img/src=x&#62;">');
  expect(answer.body).not.toMatch(/<script|<img|alert\(1\)<\//);
  expect(answer.headers).toContain(`script-src 'self' 'nonce-`);
  expect(answer.headers).toContain(`form-action 'self'`);
});

test('the address to listen on is one of this machine, and the link names one that others reach', () => {
  const read = (given: string) => command.options.host.read(given, '--host');
  expect(['localhost', '0.0.0.0', '::', '192.168.1.5'].map(read)).toEqual([
    '127.0.0.1',
    '0.0.0.0',
    '::',
    '192.168.1.5',
  ]);
  for (const given of ['lab.example', '', '1.2.3', '0.0.0.0:80']) expect(() => read(given)).toThrow('--host');
  expect(['127.0.0.1', '127.8.9.1', '::1', '0.0.0.0', '::', '10.0.0.1'].map(isLoopback)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(linkTo('127.0.0.1', 1)).toBe('http://127.0.0.1:1');
  expect(linkTo('fd00::1', 2, 'abc')).toBe('http://[fd00::1]:2/?token=abc');
  expect(new URL(linkTo('0.0.0.0', 3)).hostname).not.toBe('0.0.0.0');
});

test('only a hash is stored, for its owner only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-token-'));
  const file = join(folder, TOKEN_FILE);
  try {
    const first = chooseToken(folder, undefined, false);
    expect(first).toMatchObject({ kept: true, made: expect.stringMatching(/^[\w-]{43}$/) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(`${hashOf(first.made!)}\n`);
    expect(chooseToken(folder, undefined, false)).toEqual({ hash: first.hash, kept: true });
    writeFileSync(file, '');
    const third = chooseToken(folder, undefined, true);
    expect(third.hash).not.toBe(first.hash);
    expect(new AccessToken(third.hash).matches(third.made!)).toBe(true);
    expect(new AccessToken(third.hash).matches(first.made!)).toBe(false);
    // Texts of every length are compared as hashes of one length.
    for (const text of ['', 'x', 'é', 'x'.repeat(100_000)]) expect(token.matches(text)).toBe(false);
    expect(chooseToken('/dev/null/nowhere', undefined, false)).toMatchObject({ kept: false });
    for (const given of ['short', 'with spaces in the token', 'a\u0007bell-in-the-token'])
      expect(() => chooseToken(folder, given, false)).toThrow('SAE_LAB_DASHBOARD_TOKEN');
    expect(chooseToken(folder, TOKEN, false)).toEqual({ hash: hashOf(TOKEN), kept: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
