import { readFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import {
  chooseSplit,
  describeDataset,
  hubSettings,
  hubSources,
  type ByteSource,
  type HubSettings,
} from '@sae-lab/hub';
import { startHubServer, type HubServer } from '@sae-lab/hub/testing';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeAll, beforeEach, afterAll, expect, it } from 'vitest';
import { collect, temporaryFolder } from '../../test-support.ts';
import { readCorpus } from './corpus.ts';

const GOLDEN = new URL('parquet-golden/', import.meta.url);
const TEXTS = (JSON.parse(readFileSync(new URL('texts.json', GOLDEN), 'utf8')) as (string | null)[]).map(
  (text) => text ?? '',
);
const ROWS = 4000;
const noise = (i: number): string => `${i}-${Math.imul(i, 2654435761) >>> 0}`.repeat(20);
const wide = (): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'other', data: Array.from({ length: ROWS }, (_, i) => noise(i)), type: 'STRING' },
        { name: 'text', data: Array.from({ length: ROWS }, (_, i) => `document ${i}`), type: 'STRING' },
      ],
      rowGroupSize: 1000,
      codec: 'UNCOMPRESSED',
    }),
  );
const lines = (from: number): Buffer =>
  zstdCompressSync(
    Array.from({ length: 2000 }, (_, i) => `${JSON.stringify({ text: noise(from + i) })}\n`).join(''),
  );

let server: HubServer;
beforeAll(async () => {
  server = await startHubServer({
    repositories: [
      { type: 'dataset', id: 'org/wide', files: { 'data/train-00000-of-00001.parquet': wide() } },
      {
        type: 'dataset',
        id: 'org/golden',
        files: { 'train.parquet': readFileSync(new URL('zstd.parquet', GOLDEN)) },
      },
      {
        type: 'dataset',
        id: 'org/pile',
        files: { 'train/00.jsonl.zst': lines(0), 'train/01.jsonl.zst': lines(2000) },
      },
    ],
  });
});
afterAll(() => server.close());
beforeEach(() => server.reset());

async function sourcesOf(id: string): Promise<ByteSource[]> {
  const read = hubSettings({ HF_ENDPOINT: server.endpoint, HF_HOME: temporaryFolder() });
  const settings: HubSettings = { ...read, retry: { ...read.retry, firstDelay: 0.01 } };
  const { config, split } = chooseSplit(await describeDataset(id, { settings }));
  return hubSources(settings, config.listing, split.files);
}

/** Number of bytes requested from the storage. */
function bytesAsked(): number {
  const ranges = server.requests
    .filter(({ path }) => path.startsWith('/storage/'))
    .map(({ range }) => range ?? '');
  return ranges.reduce((sum, range) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range)!;
    return sum + Number(to) - Number(from) + 1;
  }, 0);
}

it('reads only the text column of a parquet file on the hub', async () => {
  const sources = await sourcesOf('org/wide');
  const documents = await collect(readCorpus(sources, { column: 'text' }).documents());
  expect(documents.map(({ text }) => text)).toEqual(documents.map((_, i) => `document ${i}`));
  expect(documents).toHaveLength(ROWS);
  // The footer is read with the last 512 kB.
  expect(bytesAsked()).toBeLessThan(600_000);
  expect(sources[0]!.size).toBeGreaterThan(700_000);
});

it.each([2500, 2000, 2999])('reads only the row groups it needs from row %i on', async (row) => {
  const sources = await sourcesOf('org/wide');
  const from = { file: 0, inFile: { records: row }, index: row };
  const [document] = await collect(
    readCorpus(sources, { column: 'text', from, documents: row + 1 }).documents(),
  );
  expect(document).toMatchObject({ index: row, line: row + 1, text: `document ${row}` });
  // The footer and one row group.
  expect(server.requests.filter(({ path }) => path.startsWith('/storage/'))).toHaveLength(2);
});

it('streams compressed files without reading ahead', async () => {
  const sources = await sourcesOf('org/pile');
  const [first] = await collect(readCorpus(sources, { documents: 1 }).documents());
  expect(first!.text).toBe(noise(0));
  expect(server.requests.some(({ path }) => path.includes('01.jsonl'))).toBe(false);
  expect(await collect(readCorpus(sources).documents())).toHaveLength(4000);
});

it.each(['org/golden', 'org/pile'])('reads the same documents of %s over broken connections', async (id) => {
  const whole = await collect(readCorpus(await sourcesOf(id)).documents());
  server.fail({ path: /^\/storage\//, times: 20, effect: { kind: 'drop', afterBytes: 3000 } });
  expect(await collect(readCorpus(await sourcesOf(id)).documents())).toEqual(whole);
  if (id === 'org/golden') expect(whole.map(({ text }) => text)).toEqual(TEXTS);
});
