import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collect, errorOf, temporaryFolder, writeFileIn } from '../../test-support.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import type { Document } from './documents.ts';
import { openDataset } from './open-dataset.ts';

async function read(spec: DatasetSpec): Promise<Document[]> {
  const documents = await collect((await openDataset(spec)).read().documents());
  return documents.map(({ index, line, text }) => ({ index, line, text }));
}
const jsonl = (path: string, textField = 'text', documents?: number): DatasetSpec => ({
  kind: 'jsonl',
  path,
  textField,
  documents,
});
const inFile = (content: string | Uint8Array, name = 'data.jsonl'): string =>
  writeFileIn(temporaryFolder(), name, content);

describe('reading documents', () => {
  it('reads JSON lines, plain or compressed, and counts lines from 1', async () => {
    const content = '{"text": "one"}\r\n\n{"text": "zwei ü €", "other": 1}\n{"text": ""}';
    const expected = [
      { index: 0, line: 1, text: 'one' },
      { index: 1, line: 3, text: 'zwei ü €' },
      { index: 2, line: 4, text: '' },
    ];
    expect(await read(jsonl(inFile(content)))).toEqual(expected);
    expect(await read(jsonl(inFile(gzipSync(content), 'data.jsonl.gz')))).toEqual(expected);
    expect(await read(jsonl(inFile(content), 'text', 2))).toEqual(expected.slice(0, 2));
  });

  it('skips a byte-order mark at the beginning', async () => {
    expect(await read(jsonl(inFile('\uFEFF{"text": "one"}\n')))).toMatchObject([{ line: 1, text: 'one' }]);
    const twice = '\uFEFF{"text": "one"}\n\uFEFF{"text": "two"}\n';
    expect(await read(jsonl(inFile(twice)))).toMatchObject([{ text: 'one' }, { text: 'two' }]);
    const text = { kind: 'text' as const, path: inFile(gzipSync('\uFEFFone\n'), 'data.txt.gz') };
    expect(await read(text)).toMatchObject([{ line: 1, text: 'one' }]);
  });

  it('reads lines longer than a chunk of the stream, and characters split across two chunks', async () => {
    const text = 'ü'.repeat(300_001);
    const [document, next] = await read(jsonl(inFile(`${JSON.stringify({ text })}\n{"text":"next"}\n`)));
    expect(document?.text).toBe(text);
    expect(next?.text).toBe('next');
  });

  it('reads each paragraph of a text as a document', async () => {
    const path = inFile('\nfirst line\r\nsecond line\n  \n\nthird\n', 'data.txt');
    expect(await read({ kind: 'text', path })).toEqual([
      { index: 0, line: 2, text: 'first line\nsecond line' },
      { index: 1, line: 6, text: 'third' },
    ]);
  });

  it.each([
    ['{"text": "fine"}\n{"text": oops}\n', 'line 2 is not JSON'],
    ['{"text": "fine"}\n{"body": "x"}\n', "line 2 has no text in 'text'"],
    ['{"text": 3}\n', "line 1 has no text in 'text'"],
    ['{"text": "fine"}\n["text"]\n', "line 2 has no text in 'text'"],
    ['null\n', 'line 1 is not a JSON object'],
  ])('names the line at fault in %j', async (content, sentence) => {
    const error = await errorOf(() => read(jsonl(inFile(content))));
    expect(error.code).toBe('dataset.bad-line');
    expect(error.message).toContain(sentence);
  });

  it('reports a missing file, an empty dataset and a file that cannot be decompressed', async () => {
    expect((await errorOf(() => read(jsonl('/nowhere.jsonl')))).code).toBe('dataset.not-found');
    expect((await errorOf(() => read(jsonl(inFile('\n\n'))))).code).toBe('dataset.empty');
    expect((await errorOf(() => read({ kind: 'text', path: inFile('') }))).code).toBe('dataset.empty');
    const folder = await errorOf(() => read(jsonl(temporaryFolder())));
    expect(folder).toMatchObject({
      code: 'dataset.not-found',
      details: { problem: "it is a folder; kind 'files' reads folders" },
    });
  });

  it('reads JSON as Python writes it, with NaN and infinities next to the text and in it', async () => {
    const lines = ['{"score": NaN, "text": "NaN, \\"Infinity\\""}', '{"text": "b", "least": -Infinity}'];
    const found = await read(jsonl(inFile(lines.join('\n'))));
    expect(found.map(({ text }) => text)).toEqual(['NaN, "Infinity"', 'b']);
    // pandas writes a missing text as NaN.
    expect((await read(jsonl(inFile('{"text": NaN}\n')))).map(({ text }) => text)).toEqual(['']);
    const { message } = await errorOf(() => read(jsonl(inFile('{"text": Infinity}\n'))));
    expect(message).toContain('received {"text": Infinity}');
  });

  it('refuses a line or a paragraph that is too long for one document, without reading further', async () => {
    const mostBytes = 1000;
    const long = 'word '.repeat(400_000);
    for (const [spec, what] of [
      [jsonl(inFile(`{"text":"fine"}\n{"text":"${long}"}\n`)), 'line 2 is'],
      [{ kind: 'text' as const, path: inFile(`one\n\n${long}\n`) }, 'line 3 is'],
      [
        { kind: 'text' as const, path: inFile(`one\n\n${'word\n'.repeat(400_000)}`) },
        'the paragraph from line 3 is',
      ],
    ] as const) {
      const reader = (await openDataset(spec)).read({ mostBytes });
      const error = await errorOf(() => collect(reader.documents()));
      expect(error).toMatchObject({
        code: 'dataset.too-long',
        details: { field: expect.stringMatching(/data\.jsonl$/) as string },
      });
      expect(error.message).toContain(`${what} too long`);
      expect(reader.fractionRead()).toBeLessThan(0.5);
    }
  });
});

describe('a file that is not UTF-8 text', () => {
  const texts = (content: string | Uint8Array, name = 'data.txt'): Promise<Document[]> =>
    read({ kind: 'text', path: inFile(content, name) });

  it.each([
    ['Latin-1', Buffer.from('Gr\u00fc\u00dfe\n', 'latin1')],
    ['a truncated character', Buffer.from('na\u00efve').subarray(0, 3)],
    ['a surrogate in UTF-8', Buffer.from([0x61, 0xed, 0xa0, 0xbd])],
    ['an overlong form', Buffer.from([0x61, 0xc0, 0xaf])],
  ])('is refused with its line for %s, plain, packed and in JSON lines', async (_, bytes) => {
    const before = Buffer.from('fine \uFFFD\n\n');
    const json = [Buffer.from('{"text":"fine"}\n{"text":"'), bytes.subarray(0, 3), Buffer.from('"}\n')];
    for (const [act, line] of [
      [() => texts(Buffer.concat([before, bytes])), 3],
      [() => texts(gzipSync(Buffer.concat([before, bytes])), 'data.txt.gz'), 3],
      [() => read(jsonl(inFile(Buffer.concat(json)))), 2],
    ] as const) {
      const error = await errorOf(act);
      expect(error.code).toBe('dataset.unreadable');
      expect(error.message).toContain(
        `line ${line} is not UTF-8: byte 0x${bytes[bytes[0] === 0x61 ? 1 : 2]!.toString(16)}`,
      );
      expect(error.details.field).toMatch(/data\.(txt|txt\.gz|jsonl)$/);
    }
  });

  it.each([
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('text', 'utf16le')])],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('text', 'utf16le')]).swap16()],
    ['UTF-16 without a byte-order mark', Buffer.from('some text', 'utf16le')],
    ['gzip', gzipSync('text')],
    ['zstd', zstdCompressSync('text')],
  ])('is identified as %s', async (name, bytes) => {
    for (const act of [() => texts(bytes), () => texts(gzipSync(bytes), 'data.txt.gz')]) {
      const error = await errorOf(act);
      expect(error.code).toBe('dataset.unreadable');
      expect(error.message).toContain(name);
      expect(error.message).toContain('UTF-8');
    }
  });

  it('is distinguished from truncated, damaged or missing gzip', async () => {
    const whole = gzipSync('{"text": "x"}\n'.repeat(1000));
    const flipped = Buffer.from(whole);
    flipped[whole.length - 6]! ^= 1;
    for (const [bytes, problem] of [
      [Buffer.from('not packed'), 'the file is not in gzip format'],
      [whole.subarray(0, 40), 'truncated'],
      [flipped, 'damaged'],
    ] as const) {
      const error = await errorOf(() => read(jsonl(inFile(bytes, 'data.jsonl.gz'))));
      expect(error.code).toBe('dataset.unreadable');
      expect(error.message).toContain(problem);
    }
  });

  it('is refused for a lone surrogate in a JSON escape', async () => {
    const error = await errorOf(() => read(jsonl(inFile('{"text": "cut \\ud83d"}\n'))));
    expect(error.code).toBe('dataset.bad-line');
    expect(error.message).toContain('line 1 has half of a surrogate pair');
    expect((await read(jsonl(inFile('{"text": "\\ud83d\\ude00"}\n'))))[0]!.text).toBe('\u{1f600}');
  });
});
