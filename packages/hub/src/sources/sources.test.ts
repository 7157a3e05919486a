import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadSnapshot } from '../download/download-snapshot.ts';
import { listRepository } from '../listing/list-repository.ts';
import type { HubSettings } from '../settings.ts';
import { bytesOf, errorOf, serve, temporaryFolder } from '../test-support.ts';
import type { FaultEffect } from '../testing/index.ts';
import { readRange, type ByteSource } from './byte-source.ts';
import { formatOf } from './file-format.ts';
import { hubSources } from './hub-sources.ts';
import { localFiles } from './local-files.ts';

const CONTENT = bytesOf(200_000);
const DATA = { type: 'dataset', id: 'org/data', files: { 'a.bin': CONTENT, 'b.txt': 'small' } } as const;
const STORAGE = /^\/storage\//;

async function sources(settings: HubSettings): Promise<ByteSource[]> {
  const listing = await listRepository('dataset', 'org/data', { settings });
  return hubSources(settings, listing, listing.files);
}

async function all(source: ByteSource, start?: number): Promise<Buffer> {
  const chunks = [];
  for await (const chunk of source.stream(start === undefined ? {} : { start })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a remote source', () => {
  it('can be read as a stream and in parts', async () => {
    const { settings } = await serve(DATA);
    const [a, b] = await sources(settings);
    expect(a).toMatchObject({ name: 'dataset org/data, a.bin', path: 'a.bin', size: 200_000 });
    expect(await all(a!)).toEqual(CONTENT);
    expect(await all(a!, 150_000)).toEqual(CONTENT.subarray(150_000));
    expect(Buffer.from(await readRange(a!, 100, 5000))).toEqual(CONTENT.subarray(100, 5000));
    expect(await readRange(a!, 7, 7)).toHaveLength(0);
    expect((await all(b!)).toString()).toBe('small');
  });

  it('resolves the redirect to the storage once', async () => {
    const { server, settings } = await serve(DATA);
    const [a] = await sources(settings);
    server.reset();
    for (const start of [0, 1000, 2000]) await readRange(a!, start, start + 10);
    expect(server.requests.map(({ path, range }) => [path.split('/')[1], range])).toEqual([
      ['datasets', 'bytes=0-9'],
      ['storage', 'bytes=0-9'],
      ['storage', 'bytes=1000-1009'],
      ['storage', 'bytes=2000-2009'],
    ]);
    // The signed address has expired.
    server.fail({ path: STORAGE, effect: { kind: 'status', status: 403 } });
    expect(Buffer.from(await readRange(a!, 5, 9))).toEqual(CONTENT.subarray(5, 9));
  });

  it.each<FaultEffect>([
    { kind: 'drop', afterBytes: 90_000 },
    { kind: 'shorter', bytes: 1000 },
    { kind: 'no-range' },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  ])('reads the complete file despite %j', async (effect) => {
    const { server, settings } = await serve(DATA);
    server.fail({ path: STORAGE, times: 2, effect });
    const [a] = await sources(settings);
    expect(await all(a!, 10_000)).toEqual(CONTENT.subarray(10_000));
  });

  it('stops when the reader stops early or aborts', async () => {
    const { server, settings } = await serve(DATA);
    server.fail({ path: STORAGE, times: 2, effect: { kind: 'slow', bytes: 1000, milliseconds: 20 } });
    const [a] = await sources(settings);
    for await (const _ of a!.stream()) break;
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const _ of a!.stream({}, controller.signal)) controller.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
  });

  it('can be left early after an abort', async () => {
    const { settings } = await serve({ ...DATA, files: { 'a.bin': bytesOf(4_000_000) } });
    const [a] = await sources(settings);
    const controller = new AbortController();
    const readStart = async (): Promise<number | undefined> => {
      for await (const { length } of a!.stream({}, controller.signal)) {
        controller.abort(new Error('enough'));
        return length;
      }
      return undefined;
    };
    expect(await readStart()).toBeGreaterThan(0);
  });

  it('reads downloaded files from the cache', async () => {
    const { server, settings } = await serve(DATA);
    await downloadSnapshot('dataset', 'org/data', ['a.bin'], { settings });
    server.reset();
    const offline = { ...settings, offline: true };
    const listing = await listRepository('dataset', 'org/data', { settings: offline });
    const [a] = await hubSources(offline, listing, listing.files.slice(0, 1));
    expect(a!.name).toBe('dataset org/data, a.bin');
    expect(await all(a!)).toEqual(CONTENT);
    const error = await errorOf(() => hubSources(offline, listing, listing.files));
    expect(error.code).toBe('hub.not-cached');
    expect(error.details.problem).toContain('b.txt');
    expect(server.requests).toEqual([]);
  });
});

describe('local files', () => {
  it('are found by path, folder or glob, and sorted', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub/.hidden'), { recursive: true });
    for (const name of ['b.jsonl', 'a.txt.gz', 'notes.pdf', 'sub/c.parquet', 'sub/.hidden/d.txt']) {
      writeFileSync(join(folder, name), name);
    }
    const paths = async (path: string): Promise<string[]> =>
      (await localFiles(join(folder, path))).map((source) => source.path.slice(folder.length + 1));
    expect(await paths('')).toEqual(['a.txt.gz', 'b.jsonl', 'sub/c.parquet']);
    expect(await paths('notes.pdf')).toEqual(['notes.pdf']);
    expect(await paths('*.{jsonl,gz}')).toEqual(['a.txt.gz', 'b.jsonl']);
    expect(await paths('**/*.parquet')).toEqual(['sub/c.parquet']);
    const [b] = await localFiles(join(folder, 'b.jsonl'));
    expect((await all(b!, 2)).toString()).toBe('jsonl');
    expect(Buffer.from(await readRange(b!, 1, 4)).toString()).toBe('.js');
    for (const path of ['none.txt', '*.csv', 'none/**']) {
      expect((await errorOf(() => paths(path))).code).toBe('hub.no-matching-files');
    }
  });

  it.each([
    ['a/b.parquet', { kind: 'parquet' }],
    ['b.JSONL', { kind: 'json-lines' }],
    ['b.jsonl.zst', { kind: 'json-lines', compression: 'zstd' }],
    ['b.v2.json.gz', { kind: 'json', compression: 'gzip' }],
    ['b.txt', { kind: 'text' }],
    ['b.parquet.gz', undefined],
    ['b.csv', undefined],
    ['jsonl', undefined],
  ])('get their format from the extension: %s', (path, format) => {
    expect(formatOf(path)).toEqual(format);
  });
});

describe('a local source', () => {
  it('that was stopped before it is read rejects its reader, and raises no error elsewhere', async () => {
    const path = join(temporaryFolder(), 'a.bin');
    writeFileSync(path, CONTENT);
    const [source] = await localFiles(path);
    const chunks = source!.stream({}, AbortSignal.abort(new Error('stop')));
    // An error event without a listener would end the process now.
    await new Promise((resolve) => setImmediate(resolve));
    await expect(Array.fromAsync(chunks)).rejects.toThrow('stop');
  });
});
