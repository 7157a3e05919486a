import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorOf, temporaryFolder, writeFileIn } from '../test-support.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { readDocuments, type Document } from './documents.ts';

async function read(spec: DatasetSpec): Promise<Document[]> {
  const documents = [];
  for await (const document of readDocuments(spec).documents()) documents.push(document);
  return documents;
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
  it('reads a JSON object a line, plain or packed, and counts lines from 1', async () => {
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

  it('passes over a byte-order mark at the beginning', async () => {
    expect(await read(jsonl(inFile('\uFEFF{"text": "one"}\n')))).toMatchObject([{ line: 1, text: 'one' }]);
  });

  it('reads lines longer than a chunk of the stream, and characters that lie across two chunks', async () => {
    const text = 'ü'.repeat(300_001);
    const [document, next] = await read(jsonl(inFile(`${JSON.stringify({ text })}\n{"text":"next"}\n`)));
    expect(document?.text).toBe(text);
    expect(next?.text).toBe('next');
  });

  it('takes the paragraphs of a text for documents', async () => {
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
    ['["text"]\n', "line 1 has no text in 'text'"],
    ['null\n', "line 1 has no text in 'text'"],
  ])('names the line at fault in %j', async (content, sentence) => {
    const error = await errorOf(() => read(jsonl(inFile(content))));
    expect(error.code).toBe('dataset.bad-line');
    expect(error.message).toContain(sentence);
  });

  it('says when there is no file, no document, or nothing that can be unpacked', async () => {
    expect((await errorOf(() => read(jsonl('/nowhere.jsonl')))).code).toBe('dataset.not-found');
    expect((await errorOf(() => read(jsonl(inFile('\n\n'))))).code).toBe('dataset.empty');
    expect((await errorOf(() => read({ kind: 'text', path: inFile('') }))).code).toBe('dataset.empty');
    const cutShort = gzipSync('{"text": "x"}\n'.repeat(1000)).subarray(0, 40);
    for (const bytes of [Buffer.from('not packed'), cutShort]) {
      expect((await errorOf(() => read(jsonl(inFile(bytes, 'data.jsonl.gz'))))).code).toBe(
        'dataset.unreadable',
      );
    }
  });
});
