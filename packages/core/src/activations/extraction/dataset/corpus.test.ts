import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { localFiles } from '@sae-lab/hub';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { collect, errorOf, temporaryFolder, writeFileIn } from '../../test-support.ts';
import { readCorpus, type CorpusOptions } from './corpus.ts';
import type { CorpusDocument } from './documents.ts';

const GOLDEN = fileURLToPath(new URL('parquet-golden', import.meta.url));
const TEXTS = (JSON.parse(readFileSync(`${GOLDEN}/texts.json`, 'utf8')) as (string | null)[]).map(
  (text) => text ?? '',
);

async function read(path: string, options?: CorpusOptions): Promise<CorpusDocument[]> {
  return collect(readCorpus(await localFiles(path), options).documents());
}
const textsOf = async (path: string, options?: CorpusOptions): Promise<string[]> =>
  (await read(path, options)).map(({ text }) => text);
const inFile = (content: string | Uint8Array, name = 'data.jsonl'): string =>
  writeFileIn(temporaryFolder(), name, content);
const jsonl = (...records: object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
const parquet = (...columns: Parameters<typeof parquetWriteBuffer>[0]['columnData']): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData: columns }));

describe('readCorpus', () => {
  it.each(['none', 'snappy', 'gzip', 'brotli', 'lz4', 'zstd', 'delta', 'page-index'])(
    'reads parquet written by Arrow (%s) from any row',
    async (name) => {
      const path = `${GOLDEN}/${name}.parquet`;
      const documents = await read(path);
      expect(documents.map(({ text }) => text)).toEqual(TEXTS);
      expect(documents.map(({ line }) => line)).toEqual(TEXTS.map((_, i) => i + 1));
      for (const at of [0, 68, 69, 70, 99, 100, 298, 299]) {
        expect(await textsOf(path, { from: documents[at]!.next })).toEqual(TEXTS.slice(at + 1));
      }
    },
  );

  it('does not decode pages of parquet before the position', async () => {
    const bytes = readFileSync(`${GOLDEN}/none.parquet`);
    bytes[bytes.indexOf('beta 6')] = 0xff;
    const path = inFile(bytes, 'a.parquet');
    expect((await errorOf(() => read(path))).code).toBe('dataset.unreadable');
    const from = { file: 0, inFile: { records: 90 }, index: 90 };
    expect(await textsOf(path, { from })).toEqual(TEXTS.slice(90));
  });

  it('resumes from any position in every kind of file', async () => {
    const folder = temporaryFolder();
    const lines = (name: string): string => jsonl({ text: `${name} ü` }, { text: '' }, { text: `${name} 3` });
    writeFileIn(folder, 'a.jsonl', `\uFEFF${lines('a')}\n\r\n`);
    writeFileIn(folder, 'b.jsonl.gz', gzipSync(lines('b')));
    writeFileIn(
      folder,
      'c.jsonl.zst',
      Buffer.concat([lines('c1'), lines('c2')].map((part) => zstdCompressSync(part))),
    );
    writeFileIn(folder, 'd.txt', '\none\r\ntwo\n\n\nthree\n');
    writeFileIn(folder, 'e.txt.zst', zstdCompressSync('four\n\nfive'));
    writeFileIn(folder, 'f.parquet', parquet({ name: 'text', data: ['p', 'q'], type: 'STRING' }));
    const all = await read(folder);
    expect(all.map(({ file, line, text }) => `${file}:${line} ${text}`)).toEqual([
      '0:1 a ü',
      '0:2 ',
      '0:3 a 3',
      '1:1 b ü',
      '1:2 ',
      '1:3 b 3',
      '2:1 c1 ü',
      '2:2 ',
      '2:3 c1 3',
      '2:4 c2 ü',
      '2:5 ',
      '2:6 c2 3',
      '3:2 one\ntwo',
      '3:6 three',
      '4:1 four',
      '4:3 five',
      '5:1 p',
      '5:2 q',
    ]);
    expect(all.map(({ index }) => index)).toEqual(all.map((_, i) => i));
    for (const [i, { next }] of all.entries()) {
      const from = JSON.parse(JSON.stringify(next)) as typeof next;
      expect(await read(folder, { from })).toEqual(all.slice(i + 1));
      expect(await read(folder, { from, documents: i + 2 })).toEqual(all.slice(i + 1, i + 2));
    }
  });

  it('stops at the limit and reports the fraction read', async () => {
    const path = inFile(jsonl(...Array.from({ length: 50_000 }, (_, i) => ({ text: `document ${i}` }))));
    const reader = readCorpus(await localFiles(path));
    expect(reader.fractionRead()).toBe(0);
    let seen = 0;
    for await (const { index } of reader.documents()) {
      seen = index + 1;
      if (reader.fractionRead() > 0.4) break;
    }
    expect(seen).toBeGreaterThan(10_000);
    expect(seen).toBeLessThan(40_000);
    expect(await textsOf(path, { documents: 2 })).toEqual(['document 0', 'document 1']);
    await collect(reader.documents());
    expect(reader.fractionRead()).toBe(1);
    const golden = readCorpus(await localFiles(`${GOLDEN}/snappy.parquet`));
    for await (const { index } of golden.documents()) if (index === 150) break;
    expect(golden.fractionRead()).toBeCloseTo(140 / 300, 2);
  });

  it.each([
    ['JSON lines', () => inFile(jsonl(...Array.from({ length: 50_000 }, () => ({ text: 'x'.repeat(50) }))))],
    ['parquet', () => `${GOLDEN}/snappy.parquet`],
  ])('stops when it is aborted: %s', async (_format, pathOf) => {
    const controller = new AbortController();
    const reader = readCorpus(await localFiles(pathOf()), { signal: controller.signal });
    const reading = async (): Promise<void> => {
      for await (const _ of reader.documents()) controller.abort(new Error('enough'));
    };
    await expect(reading()).rejects.toThrow('enough');
  });
});

describe('the text column', () => {
  it('is the requested one, `text`, or the only one that contains text', async () => {
    expect(await textsOf(inFile(jsonl({ id: 1, body: 'b' })))).toEqual(['b']);
    expect(await textsOf(inFile(jsonl({ title: 't', text: 'x' })))).toEqual(['x']);
    expect(await textsOf(inFile(jsonl({ title: 't', text: 'x' })), { column: 'title' })).toEqual(['t']);
    const file = inFile(
      parquet({ name: 'n', data: [1], type: 'INT32' }, { name: 'body', data: ['b'], type: 'STRING' }),
      'a.parquet',
    );
    expect(await textsOf(file)).toEqual(['b']);
  });

  it('is chosen once for all files, and stored in positions', async () => {
    const folder = temporaryFolder();
    writeFileIn(folder, 'a.jsonl', jsonl({ body: 'a' }, { body: 'b', title: 't' }));
    writeFileIn(folder, 'b.jsonl', jsonl({ body: 'c', title: 't' }));
    const all = await read(folder);
    expect(all.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(await textsOf(folder, { from: all[0]!.next })).toEqual(['b', 'c']);
  });

  it('must be named if it is ambiguous; the error lists the candidates', async () => {
    const record = { id: 1, title: 't', body: 'b' };
    const columns = parquet(
      { name: 'id', data: [1], type: 'INT32' },
      { name: 'title', data: ['t'], type: 'STRING' },
      { name: 'body', data: ['b'], type: 'STRING' },
    );
    for (const path of [inFile(jsonl(record)), inFile(columns, 'a.parquet')]) {
      expect(await errorOf(() => read(path))).toMatchObject({
        code: 'dataset.no-text-column',
        details: { expected: 'one of the text columns title, body', received: 'columns id, title, body' },
      });
      expect(await errorOf(() => read(path, { column: 'bodi' }))).toMatchObject({
        code: 'dataset.no-text-column',
        details: { problem: 'column bodi does not exist', received: 'bodi' },
      });
    }
    expect(await errorOf(() => read(inFile(columns, 'a.parquet'), { column: 'id' }))).toMatchObject({
      details: { problem: 'column id does not hold text' },
    });
    expect(await errorOf(() => read(inFile(jsonl({ id: 1 }))))).toMatchObject({
      details: { problem: 'no column holds text', expected: 'a text column', fix: 'Choose another dataset.' },
    });
  });

  it('may hold null, which is an empty document, even in the first row', async () => {
    const rows = [
      { text: null, title: 'a' },
      { text: 'b', title: 'b' },
    ];
    expect(await textsOf(inFile(jsonl(...rows)))).toEqual(['', 'b']);
    const bodies = rows.map(({ text, title }) => ({ body: text, title }));
    expect(await textsOf(inFile(jsonl(...bodies)), { column: 'body' })).toEqual(['', 'b']);
  });
});

describe('an unreadable file', () => {
  const lzo = (): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [{ name: 'text', data: ['x'], type: 'STRING' }],
        codec: 'LZO',
        compressors: { LZO: (bytes) => bytes },
      }),
    );
  const golden = (): Buffer => readFileSync(`${GOLDEN}/zstd.parquet`);
  const damaged = (): Buffer => {
    const bytes = golden();
    bytes.fill(0xff, 500, 1500);
    return bytes;
  };
  const checked = zstdCompressSync('{"text":"x"}\n'.repeat(1000));

  it.each<[string, string, () => string | Uint8Array, string, string]>([
    ['an unknown extension', 'a.bin', () => 'x', 'dataset.unknown-format', 'extension is not supported'],
    ['activations', 'a.npy', () => 'x', 'dataset.unknown-format', "use dataset: { kind: 'activations'"],
    ['no documents', 'a.jsonl', () => '\n\n', 'dataset.empty', 'no documents'],
    [
      'no rows',
      'a.parquet',
      () => parquet({ name: 'text', data: [], type: 'STRING' }),
      'dataset.empty',
      'no documents',
    ],
    ['an unsupported codec', 'a.parquet', lzo, 'dataset.unsupported-codec', 'received LZO'],
    ['not parquet', 'a.parquet', () => 'no parquet at all', 'dataset.unreadable', 'footer != PAR1'],
    ['a few bytes', 'a.parquet', () => 'PAR1', 'dataset.unreadable', 'too short'],
    ['truncated parquet', 'a.parquet', () => golden().subarray(0, 3000), 'dataset.unreadable', 'PAR1'],
    ['damaged parquet', 'a.parquet', damaged, 'dataset.unreadable', 'the parquet file cannot be read'],
    [
      'invalid UTF-8 in a text column',
      'a.parquet',
      () => parquet({ name: 'text', data: [new Uint8Array([0x61, 0xff])], type: 'BYTE_ARRAY' }),
      'dataset.unreadable',
      'not UTF-8: byte 0xff at offset 1',
    ],
    ['a JSON array', 'a.json', () => '[{"text": "x"}]', 'dataset.unreadable', 'a single JSON array'],
    [
      'invalid JSON',
      'a.jsonl',
      () => '{"text":"x"}\n{"text": oops}\n',
      'dataset.bad-line',
      'line 2 is not JSON',
    ],
    [
      'a missing field',
      'a.jsonl',
      () => jsonl({ text: 'x' }, { body: 'x' }),
      'dataset.bad-line',
      "line 2 has no text in 'text'",
    ],
    ['a lone surrogate', 'a.jsonl', () => '{"text": "\\ud83d"}', 'dataset.bad-line', 'surrogate'],
    [
      'Latin-1',
      'a.txt',
      () => Buffer.from('fine\nGr\u00fc\u00dfe', 'latin1'),
      'dataset.unreadable',
      'line 2 is not UTF-8',
    ],
    ['not gzip', 'a.jsonl.gz', () => 'not gzip at all', 'dataset.unreadable', 'not in gzip format'],
    [
      'truncated gzip',
      'a.jsonl.gz',
      () => gzipSync('x'.repeat(99)).subarray(0, 15),
      'dataset.unreadable',
      'gzip file is truncated',
    ],
    ['not zstd', 'a.jsonl.zst', () => 'not zstd', 'dataset.unreadable', 'not in zstd format'],
    [
      'truncated zstd',
      'a.jsonl.zst',
      () => checked.subarray(0, -3),
      'dataset.unreadable',
      'zstd file is truncated',
    ],
    [
      'zstd with trailing bytes',
      'a.jsonl.zst',
      () => Buffer.concat([checked, Buffer.from('more')]),
      'dataset.unreadable',
      'zstd',
    ],
    [
      'a document that is too long',
      'a.jsonl',
      () => jsonl({ text: 'x'.repeat(2000) }),
      'dataset.too-long',
      'line 1 is too long',
    ],
    ['a row that is too long', 'a.parquet', () => golden(), 'dataset.too-long', 'row 101 is too long'],
  ])('is rejected: %s', async (_, name, content, code, message) => {
    const path = inFile(content(), name);
    const options = {
      ...(code === 'dataset.too-long' && { mostBytes: 1000 }),
      ...(message.includes('UTF-8') && name === 'a.parquet' && { column: 'text' }),
    };
    const error = await errorOf(() => read(path, options));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.details.field).toContain(path);
  });
});
