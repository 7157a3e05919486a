// cspell:ignore fliter
/** `/api/v1` of a running dashboard, on a real sweep whose latents are described, and the Python client that reads it. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { appendFile, readdir, readFile, rename, symlink, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINTS, openApiDocument } from '../src/api-v1/index.ts';
import { problem, type Problem } from '../src/api-v1/problem.ts';
import { startDashboard, type RunningDashboard } from './start-dashboard.ts';
import { trainTinySweep } from './tiny-sweep.ts';

let server: TestDatabase;
let dashboard: RunningDashboard;
/** The folder of the SAE of run 1, and the start of its addresses. */
let saeFolder: string;
let files: string;

beforeAll(async () => {
  server = await openTestDatabase();
  await trainTinySweep(server.dataDir, 'described');
  dashboard = await startDashboard(['--data', server.dataDir, '--port', '0']);
  const { hash } = (await json('/runs/1')) as { hash: string };
  saeFolder = join(server.dataDir, 'runs', hash, 'sae');
  files = `/runs/${hash}/files`;
}, 300_000);
afterAll(async () => {
  await dashboard?.stop();
  await server?.stop();
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

  test('that were changed, or lead out of the data folder, are not served', async () => {
    const path = join(saeFolder, 'sparsity.safetensors');
    const { length } = await readFile(path);
    await appendFile(path, 'more');
    expect(await refusal(`${files}/sparsity.safetensors`)).toMatchObject({ code: 'api.file-elsewhere' });
    await truncate(path, length);
    expect((await get(`${files}/sparsity.safetensors`)).status).toBe(200);
    const outside = join(dirname(server.dataDir), `outside-${process.pid}`);
    await rename(path, outside);
    await symlink(outside, path);
    expect(await refusal(`${files}/sparsity.safetensors`)).toMatchObject({ code: 'api.file-elsewhere' });
    await rename(outside, path);
    expect((await get(`${files}/sparsity.safetensors`)).status).toBe(200);
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

  test.skipIf(lacks !== '')(`passes its tests against this dashboard${lacks}`, async () => {
    expect(await readdir(saeFolder)).toContain('cfg.json');
    const { stderr, status: code } = spawnSync(python, ['-m', 'unittest', 'discover', '-v', 'tests'], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        PYTHONPATH: join(folder, 'src'),
        PYTHONDONTWRITEBYTECODE: '1',
        SAE_LAB_TEST_URL: dashboard.url,
        SAE_LAB_TEST_SAE: saeFolder,
      },
    });
    // Says which packages lack for the tests that need them.
    for (const line of stderr.split('\n').filter((each) => each.includes('skipped'))) console.log(line);
    expect(code, stderr).toBe(0);
  });
});
