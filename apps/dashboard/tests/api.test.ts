// cspell:ignore fliter
/** `/api/v1` of a running dashboard, on a real sweep whose latents are described, and the Python client that reads it. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findS3Server, startS3Server, type S3Server } from '@sae-lab/store/testing';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINTS, openApiDocument } from '../src/api-v1/index.ts';
import { problem, type Problem } from '../src/api-v1/problem.ts';
import { startDashboard, type RunningDashboard } from './start-dashboard.ts';
import { trainTinySweep } from './tiny-sweep.ts';

let server: TestDatabase;
let dashboard: RunningDashboard;
/** Written about latents of run 1, and of the SAE that it is compared with, in this order. */
const NOTES = [
  ['label', 'dates and years', 'runs/1/latents/3'],
  ['note', 'also numbers that are no DATE', 'runs/1/latents/3'],
  ['label', 'numbers', 'runs/1/latents/3'],
  ['label', 'of the mean', 'saes/1/latents/0'],
] as const;
/** The folder of the SAE of run 1, and the start of its addresses. */
let saeFolder: string;
let files: string;

/** The store of the sweep: on S3 where a server is installed, otherwise in a folder. */
let s3: S3Server | undefined;
let storeFolder: string;

beforeAll(async () => {
  server = await openTestDatabase();
  const binary = findS3Server();
  s3 = binary === undefined ? undefined : await startS3Server(binary);
  storeFolder = await mkdtemp(join(tmpdir(), 'sae-lab-store-'));
  const store = { ...s3?.env, SAE_LAB_STORE: s3 === undefined ? storeFolder : 's3://lab/team' };
  await trainTinySweep(server.dataDir, 'described', store);
  dashboard = await startDashboard(['--data', server.dataDir, '--port', '0'], store);
  const { hash } = (await json('/runs/1')) as { hash: string };
  saeFolder = join(server.dataDir, 'runs', hash, 'sae');
  files = `/runs/${hash}/files`;
  for (const [kind, text, of] of NOTES) {
    const written = await fetch(`${dashboard.url}/api/${of}/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: dashboard.url },
      body: JSON.stringify({ kind, text, author: 'Ada' }),
    });
    if (!written.ok) throw new Error(await written.text());
  }
}, 300_000);
afterAll(async () => {
  await dashboard?.stop();
  await server?.stop();
  await s3?.close();
  await rm(storeFolder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${dashboard.url}/api/v1${path}`, { headers });

async function json(path: string): Promise<unknown> {
  const response = await get(path);
  expect(response.status, path).toBe(200);
  return response.json();
}

async function refusal(path: string, headers?: Record<string, string>): Promise<Problem> {
  const response = await get(path, headers);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const found = problem.parse(await response.json());
  expect(found.status).toBe(response.status);
  return found;
}

describe('every address', () => {
  test.each(ENDPOINTS.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s answers as its schema says',
    async (_, { example, answer }) => {
      const response = await get(example);
      expect(response.status).toBe(200);
      if (answer !== undefined) answer.parse(await response.json());
    },
  );

  test('answers 304 for what the reader has, and compresses the rest', async () => {
    const response = await get('/runs/1', { 'accept-encoding': 'gzip' });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const tag = response.headers.get('etag')!;
    for (const list of [tag, `"other", ${tag}`, '*']) {
      expect((await get('/runs/1', { 'if-none-match': list })).status).toBe(304);
    }
    expect((await get('/runs/2', { 'if-none-match': tag })).status).toBe(200);
  });

  test.each([
    ['/runs?fliter=x', 'api.invalid-parameter', 'fliter'],
    ['/runs?limit=0', 'api.invalid-parameter', 'limit'],
    ['/runs?limit=1e3', 'api.invalid-parameter', 'limit'],
    ['/runs?limit=5&limit=6', 'api.invalid-parameter', 'limit'],
    ['/runs?columns=l0,', 'api.invalid-parameter', 'columns'],
    ['/runs?columns=nonsense', 'filter.unknown-key', 'columns'],
    ['/runs?sort=nonsense', 'filter.unknown-key', 'sort'],
    ['/runs?sort=%00', 'api.invalid-parameter', 'sort'],
    ['/runs?filter=l0+%3C+many', 'filter.bad-value', 'filter, character 6'],
    ['/runs?cursor=x', 'api.invalid-cursor', 'cursor'],
    ['/runs/1?full=1', 'api.invalid-parameter', 'full'],
    ['/runs/999', 'api.not-found', 'run'],
    ['/runs/1/latents/64', 'api.not-found', 'described latent'],
    ['/runs/1/latents/-1', 'api.invalid-parameter', 'latent'],
    ['/runs/1/latents?sort=nothing', 'api.invalid-parameter', 'sort'],
    ['/curves?curves=loss', 'api.invalid-parameter', 'runs'],
    ['/curves?runs=1', 'api.invalid-parameter', 'curves'],
    ['/curves?runs=1-99999&curves=loss', 'api.invalid-parameter', 'runs'],
    ['/sweeps/9', 'api.not-found', 'sweep'],
    ['/sweeps/2147483648', 'api.invalid-parameter', 'sweep'],
    ['/saes/9', 'api.not-found', 'SAE'],
    ['/labels?kind=opinion', 'api.invalid-parameter', 'kind'],
    ['/labels?q=%00', 'api.invalid-parameter', 'q'],
    ['/labels?cursor=x', 'api.invalid-cursor', 'cursor'],
    ['/nothing/here', 'api.not-found', 'path'],
  ])('%s is refused with %s', async (path, code, field) => {
    expect(await refusal(path)).toMatchObject({ code, field });
  });

  test('a filter that cannot be read is refused with the place of the problem', async () => {
    expect(await refusal('/runs?filter=l0+%3C%3C+3')).toMatchObject({
      code: 'filter.syntax',
      span: { start: expect.any(Number), end: expect.any(Number) },
    });
  });
});

describe('pages', () => {
  interface Page {
    readonly runs: readonly Record<string, unknown>[];
    readonly latents: readonly { readonly latent: number }[];
    readonly next: string | null;
  }

  async function all(path: string): Promise<Page[]> {
    const pages = [(await json(path)) as Page];
    for (let next = pages[0]!.next; next !== null; next = pages.at(-1)!.next) {
      pages.push((await json(`${path}&cursor=${next}`)) as Page);
    }
    return pages;
  }

  test('runs of all pages are those of one', async () => {
    const path = '/runs?sort=explained_variance&dir=desc&columns=k,l0,started';
    const whole = (await json(path)) as Page;
    const pages = await all(`${path}&limit=1`);
    expect(pages).toHaveLength(2);
    expect(pages.flatMap(({ runs }) => runs)).toEqual(whole.runs);
    expect(whole.runs[0]).toMatchObject({ 'hyper.k': 8, started: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  test('a cursor continues only its own request', async () => {
    const { next } = (await json('/runs?sort=l0&limit=1')) as Page;
    for (const other of ['/runs?sort=l0&dir=desc', '/runs?sort=id', '/runs?sort=l0&filter=k=4']) {
      expect(await refusal(`${other}&limit=1&cursor=${next}`)).toMatchObject({ code: 'api.invalid-cursor' });
    }
  });

  test.each(['density', 'maxActivation', 'latent', 'probingScore'])(
    'latents by %s of all pages are those of one',
    async (sort) => {
      const path = `/runs/1/latents?sort=${sort}&dir=asc`;
      const whole = (await json(`${path}&limit=1000`)) as Page;
      expect(whole.latents).toHaveLength(64);
      expect((await all(`${path}&limit=9`)).flatMap(({ latents }) => latents)).toEqual(whole.latents);
    },
  );
});

describe('labels', () => {
  const texts = async (query: string): Promise<string[]> =>
    ((await json(`/labels${query}`)) as { labels: { text: string }[] }).labels.map(({ text }) => text);

  test('are found by their words over all SAEs, the newest first', async () => {
    expect(await texts('?q=date')).toEqual([NOTES[1][1], NOTES[0][1]]);
    expect(await texts('?q=YEARS+date')).toEqual([NOTES[0][1]]);
    expect(await texts('?q=date&kind=note')).toEqual([NOTES[1][1]]);
    expect(await texts('?q=100%25')).toEqual([]);
    const sweeps = [{ id: 1, name: 'described' }];
    expect(await json('/labels?q=years')).toMatchObject({
      labels: [{ kind: 'label', author: 'Ada', run: 1, latent: 3, sae: null, sweeps }],
      next: null,
    });
    const { hook, width } = (await json('/saes/1')) as { hook: string; width: number };
    const ofRun = { run: null, hash: null, variant: null, seed: null };
    const sae = { id: 1, name: 'mean' };
    expect(await json('/labels?q=mean')).toMatchObject({
      labels: [{ kind: 'label', author: 'Ada', latent: 0, ...ofRun, hook, width, sae, sweeps }],
    });
  });

  test('of all pages are those of one', async () => {
    const pages: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const path: string = `/labels?limit=2${next === '' ? '' : `&cursor=${next}`}`;
      const page = (await json(path)) as { labels: { text: string }[]; next: string | null };
      pages.push(...page.labels.map(({ text }) => text));
      ({ next } = page);
    }
    expect(pages).toEqual(await texts(''));
    expect(pages).toHaveLength(NOTES.length);
  });
});

describe('curves', () => {
  interface Curve {
    readonly run: number;
    readonly curve: string;
    readonly steps: readonly number[];
    readonly values: readonly number[];
  }

  test('are whole, in a window, in buckets, and the same as Parquet', async () => {
    const { curves } = (await json('/curves?runs=1-2&curves=loss,l0')) as { curves: Curve[] };
    expect(curves.map(({ run, curve, steps }) => [run, curve, steps.length])).toEqual([
      [1, 'l0', 20],
      [1, 'loss', 20],
      [2, 'l0', 20],
      [2, 'loss', 20],
    ]);
    const window = (await json('/curves?runs=1&curves=loss&from=3&until=5')) as { curves: Curve[] };
    expect(window.curves[0]!.values).toEqual(curves[1]!.values.slice(3, 5));
    const buckets = await json('/curves?runs=1&curves=loss&buckets=5');
    expect(buckets).toMatchObject({
      curves: [
        {
          size: 4,
          steps: [0, 4, 8, 12, 16],
          last: [3, 7, 11, 15, 19].map((step) => curves[1]!.values[step]),
        },
      ],
    });
    const file = await (await get('/curves?runs=1-2&curves=loss,l0&format=parquet')).arrayBuffer();
    expect(await parquetReadObjects({ file })).toEqual(
      curves.flatMap(({ run, curve, steps, values }) =>
        steps.map((step, index) => ({ run, curve, step, value: values[index] })),
      ),
    );
  });
});

describe('files', () => {
  const weights = async (): Promise<Buffer> => readFile(join(saeFolder, 'sae_weights.safetensors'));

  test('have the bytes and the checksum that the run recorded', async () => {
    const response = await get(`${files}/sae_weights.safetensors`);
    const received = Buffer.from(await response.arrayBuffer());
    expect(received.equals(await weights())).toBe(true);
    const sha256 = createHash('sha256').update(received).digest('hex');
    expect(response.headers.get('etag')).toBe(`"${sha256}"`);
    expect((await get(`${files}/sae_weights.safetensors`, { 'if-none-match': `"${sha256}"` })).status).toBe(
      304,
    );
  });

  test('come in ranges', async () => {
    const part = async (headers: Record<string, string>) => {
      const response = await get(`${files}/sae_weights.safetensors`, headers);
      return [
        response.status,
        response.headers.get('content-range'),
        Buffer.from(await response.arrayBuffer()),
      ];
    };
    const whole = await weights();
    const size = whole.length;
    expect(await part({ range: 'bytes=8-15' })).toEqual([206, `bytes 8-15/${size}`, whole.subarray(8, 16)]);
    expect(await part({ range: 'bytes=-4' })).toEqual([
      206,
      `bytes ${size - 4}-${size - 1}/${size}`,
      whole.subarray(-4),
    ]);
    expect(await part({ range: 'bytes=8-15', 'if-range': '"another"' })).toEqual([200, null, whole]);
    expect(await refusal(`${files}/sae_weights.safetensors`, { range: `bytes=${size}-` })).toMatchObject({
      code: 'api.invalid-range',
      status: 416,
    });
  });

  test.each(['log.txt', 'postmaster.pid', '%2Fetc%2Fpasswd'])(
    'that the run did not record are not served: %s',
    async (name) => expect((await refusal(`${files}/${name}`)).status).toBe(404),
  );

  test('are not reached by a path that climbs: the guard refuses it, as the API does', async () => {
    expect(await refusal(`${files}/..%2F..%2F..%2Fpostmaster.pid`)).toMatchObject({
      code: 'api.refused',
      status: 400,
    });
  });

  test('that were changed, or lead out of the data folder, come from the store', async () => {
    const path = join(saeFolder, 'sparsity.safetensors');
    const content = await readFile(path);
    const received = async (): Promise<Buffer> => {
      const response = await get(`${files}/sparsity.safetensors`);
      return Buffer.from(await response.arrayBuffer());
    };
    await appendFile(path, 'more');
    expect(await received()).toEqual(content);
    await truncate(path, content.length);
    const outside = join(dirname(server.dataDir), `outside-${process.pid}`);
    await rename(path, outside);
    await writeFile(outside, Buffer.alloc(content.length, 1));
    await symlink(outside, path);
    expect(await received()).toEqual(content);
    await rm(outside);
    await rm(path);
    await writeFile(path, content);
  });
});

/** Here the dashboard is on a laptop that trained nothing: the folder of the runs is away. */
describe('files that only the store has', () => {
  let away: string;
  beforeAll(async () => {
    away = join(server.dataDir, 'elsewhere');
    await rename(join(server.dataDir, 'runs'), away);
  });
  afterAll(async () => {
    await rm(join(server.dataDir, 'runs'), { recursive: true, force: true });
    await rename(away, join(server.dataDir, 'runs'));
  });
  const storedFile = async (hash: string, name: string): Promise<string> => {
    const names =
      s3 === undefined
        ? (await readdir(storeFolder, { recursive: true })).map((path) => join(storeFolder, path))
        : (await readdir(s3.fileOf('team'), { recursive: true })).map((path) => s3!.fileOf(`team/${path}`));
    return names.find((path) => path.includes(hash) && path.endsWith(`sae/${name}`))!;
  };
  const hashOf = async (run: number) => ((await json(`/runs/${run}`)) as { hash: string }).hash;

  test('come whole and in ranges, and by two readers at once', async () => {
    const whole = await readFile(join(away, await hashOf(1), 'sae/sae_weights.safetensors'));
    const part = await get(`${files}/sae_weights.safetensors`, { range: 'bytes=8-15' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(8, 16));
    const responses = await Promise.all([1, 2, 3].map(() => get(`${files}/sae_weights.safetensors`)));
    for (const response of responses) {
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).equals(whole)).toBe(true);
    }
    expect((await fetch(`${dashboard.url}/api/v1${files}/cfg.json`, { method: 'HEAD' })).status).toBe(200);
  });

  test('are refused with 502 where they are damaged, and 404 where they are gone', async () => {
    const hash = await hashOf(2);
    const path = await storedFile(hash, 'sparsity.safetensors');
    const content = await readFile(path);
    await writeFile(path, Buffer.alloc(content.length, 1));
    const address = `/runs/${hash}/files/sparsity.safetensors`;
    expect(await refusal(address, { range: 'bytes=0-3' })).toMatchObject({
      code: 'store.corrupted',
      status: 502,
    });
    await rm(path);
    expect(await refusal(address)).toMatchObject({ code: 'store.missing', status: 404 });
    const manifest = join(dirname(path), 'set.json');
    const text = await readFile(manifest);
    await rm(manifest);
    expect(await refusal(address)).toMatchObject({
      code: 'api.file-elsewhere',
      status: 404,
      received: expect.stringContaining(server.dataDir) as string,
    });
    await writeFile(path, content);
    await writeFile(manifest, text);
    expect((await get(address)).status).toBe(200);
  });

  test.skipIf(findS3Server() === undefined)('are refused with 503 while the store is down', async () => {
    const hash = await hashOf(2);
    await s3!.kill();
    expect(await refusal(`/runs/${hash}/files/cfg.json`)).toMatchObject({
      code: 'store.unreachable',
      status: 503,
    });
    await s3!.start();
    expect((await get(`/runs/${hash}/files/cfg.json`)).status).toBe(200);
  });

  test('are brought for reading a text', async () => {
    const response = await fetch(`${dashboard.url}/api/texts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: dashboard.url },
      body: JSON.stringify({ kind: 'read', text: 'The old man sat.', saes: [{ runId: 2 }] }),
    });
    expect((await response.text()).trimEnd().split('\n').at(-1)).toMatch(/^\{"answer":/);
  });
});

test('the OpenAPI document names every address and parameter once', async () => {
  const document = await json('/openapi.json');
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  const { paths } = document as { paths: Record<string, { get: { operationId: string } }> };
  expect(Object.values(paths).map((path) => path.get.operationId)).toEqual(ENDPOINTS.map(({ id }) => id));
});

describe('the Python client', () => {
  const folder = fileURLToPath(new URL('../../../clients/python/', import.meta.url));
  const python = process.env['SAE_LAB_PEERS_PYTHON'] || 'python3';
  const { status, stdout } = spawnSync(python, ['-c', 'import sys; print(sys.version_info >= (3, 9))'], {
    encoding: 'utf8',
  });
  const lacks =
    status === 0 && stdout.trim() === 'True' ? '' : ` (skipped: ${python} is not a Python of at least 3.9)`;

  test.skipIf(lacks !== '')(`passes its tests, with SAEs that only the store has${lacks}`, async () => {
    expect(await readdir(saeFolder)).toContain('cfg.json');
    const away = join(dirname(saeFolder), 'away');
    await rename(saeFolder, away);
    const { stderr, status: code } = spawnSync(python, ['-m', 'unittest', 'discover', '-v', 'tests'], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        PYTHONPATH: join(folder, 'src'),
        PYTHONDONTWRITEBYTECODE: '1',
        SAE_LAB_TEST_URL: dashboard.url,
        SAE_LAB_TEST_SAE: away,
      },
    });
    await rename(away, saeFolder);
    // Says which packages lack for the tests that need them.
    for (const line of stderr.split('\n').filter((each) => each.includes('skipped'))) console.log(line);
    expect(code, stderr).toBe(0);
  });
});
