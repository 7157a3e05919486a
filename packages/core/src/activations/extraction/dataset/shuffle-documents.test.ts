import { localFiles } from '@sae-lab/hub';
import { describe, expect, it } from 'vitest';
import { collect, temporaryFolder, writeFileIn } from '../../test-support.ts';
import { readCorpus, type CorpusOptions } from './corpus.ts';
import type { CorpusDocument } from './documents.ts';
import { shuffleDocuments } from './shuffle-documents.ts';

const TEXTS = Array.from({ length: 50 }, (_, i) => `text ${i}`);

/** Two files, of 30 and 20 documents. */
function corpus(): string {
  const folder = temporaryFolder();
  const jsonl = (texts: readonly string[]): string =>
    texts.map((body) => `${JSON.stringify({ body })}\n`).join('');
  writeFileIn(folder, 'a.jsonl', jsonl(TEXTS.slice(0, 30)));
  writeFileIn(folder, 'b.jsonl', jsonl(TEXTS.slice(30)));
  return folder;
}

async function read(path: string, options: CorpusOptions): Promise<CorpusDocument[]> {
  return collect(readCorpus(await localFiles(path), options).documents());
}
const textsOf = (documents: readonly CorpusDocument[]): string[] => documents.map(({ text }) => text);

describe('shuffled documents', () => {
  it('are each buffer in a random order, which the seed selects', async () => {
    const path = corpus();
    const documents = await read(path, { shuffle: { seed: 0, buffer: 20 } });
    const texts = textsOf(documents);
    for (const [from, to] of [
      [0, 20],
      [20, 40],
      [40, 50],
    ] as const) {
      const part = texts.slice(from, to);
      expect(part).not.toEqual(TEXTS.slice(from, to));
      expect(part.toSorted()).toEqual(TEXTS.slice(from, to).toSorted());
    }
    const orderOf = (from: number): number[] =>
      texts.slice(from, from + 20).map((text) => TEXTS.indexOf(text) - from);
    expect(orderOf(20)).not.toEqual(orderOf(0));
    expect(textsOf(await read(path, { shuffle: { seed: 0, buffer: 20 } }))).toEqual(texts);
    expect(textsOf(await read(path, { shuffle: { seed: 1, buffer: 20 } }))).not.toEqual(texts);

    expect(documents.map(({ index }) => index)).toEqual(TEXTS.map((_, i) => i));
    // Files and lines stay those of the text.
    for (const { file, line, text } of documents) expect(TEXTS[30 * file + line - 1]).toBe(text);
  });

  it('resume at any document, in the same order', async () => {
    const path = corpus();
    const shuffle = { seed: 7, buffer: 20 };
    const all = await read(path, { shuffle });
    for (const [i, { next }] of all.entries()) {
      const from = JSON.parse(JSON.stringify(next)) as typeof next;
      expect(await read(path, { shuffle, from })).toEqual(all.slice(i + 1));
    }
    // No buffer is read again of which all documents were taken.
    const inOrder = await read(path, {});
    for (const last of [19, 39, 49]) expect(all[last]!.next).toEqual(inOrder[last]!.next);
  });

  it('are limited in shuffled order', async () => {
    const path = corpus();
    const shuffle = { seed: 0, buffer: 20 };
    const all = await read(path, { shuffle });
    const limited = await read(path, { shuffle, documents: 25 });
    expect(limited).toEqual(all.slice(0, 25));
    expect(await read(path, { shuffle, documents: 25, from: limited[10]!.next })).toEqual(all.slice(11, 25));
    expect(await read(path, { shuffle, documents: 25, from: limited[24]!.next })).toEqual([]);
  });

  it('report the fraction that was yielded, not that was read', async () => {
    const reader = readCorpus(await localFiles(corpus()), { shuffle: { seed: 0, buffer: 50 } });
    const fractions: number[] = [];
    for await (const _ of reader.documents()) fractions.push(reader.fractionRead());
    expect(fractions[9]).toBeCloseTo(0.2, 5);
    expect(fractions.at(-1)).toBe(1);
  });

  it('are held in memory up to the buffer, or up to the limit of text', async () => {
    let ahead = 0;
    async function* documents(): AsyncGenerator<CorpusDocument> {
      for (let index = 0; index < 100; index++) {
        ahead++;
        const next = { file: 0, inFile: { records: index + 1 }, index: index + 1 };
        yield { index, line: index + 1, file: 0, text: 'x'.repeat(10), next };
      }
    }
    const most = async (buffer: number, mostText?: number): Promise<number> => {
      let largest = 0;
      ahead = 0;
      const options = { seed: 0, buffer, from: undefined, fractionRead: () => 0, onFraction: () => {} };
      const limit = mostText === undefined ? {} : { mostText };
      for await (const _ of shuffleDocuments(documents(), { ...options, ...limit })) {
        largest = Math.max(largest, ahead);
        ahead--;
      }
      return largest;
    };
    expect(await most(8)).toBe(8);
    expect(await most(1000, 45)).toBe(5);
  });
});
