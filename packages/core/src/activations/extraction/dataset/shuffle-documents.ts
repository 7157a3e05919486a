import { seeded, shuffle } from '../../../random/seeded.ts';
import type { CorpusDocument } from './documents.ts';
import type { CorpusPosition } from './positions.ts';

export interface ShuffleOptions {
  readonly seed: number;
  /** Number of documents that are held and shuffled together. */
  readonly buffer: number;
  /** Limit of the texts in a buffer, in UTF-16 code units. @default 2^27, which is at most 256 MB */
  readonly mostText?: number;
  readonly from: CorpusPosition | undefined;
  /** Approximate fraction of the corpus that has been read. */
  readonly fractionRead: () => number;
  /** Called at each buffer with a function that returns the fraction that has been yielded. */
  readonly onFraction: (fraction: () => number) => void;
}

const MOST_TEXT = 2 ** 27;
const START: CorpusPosition = { file: 0, inFile: { records: 0 }, index: 0 };

/**
 * Yields documents in a seeded random order: fills a buffer, yields its documents in random order, and fills the next one.
 * A position is where the buffer begins and how many of its documents were taken, so that resuming reads one buffer again.
 *
 * @param documents the documents from where the buffer of `from` begins
 */
export async function* shuffleDocuments(
  documents: AsyncIterable<CorpusDocument>,
  { seed, buffer, mostText = MOST_TEXT, from: resumed, fractionRead, onFraction }: ShuffleOptions,
): AsyncGenerator<CorpusDocument> {
  const { taken: takenBefore = 0, ...first } = resumed ?? START;
  let start: CorpusPosition = first;
  let skip = takenBefore;
  let before = fractionRead();
  for await (const held of buffersOf(documents, buffer, mostText)) {
    const after = fractionRead();
    const from = before;
    let taken = skip;
    onFraction(() => from + ((after - from) * taken) / held.length);
    const end = held.at(-1)!.next;
    const order = shuffle(
      new Uint32Array(held.length).map((_, i) => i),
      seeded(seed, 'documents', start.index),
    );
    while (taken < held.length) {
      const { file, line, text } = held[order[taken]!]!;
      taken++;
      const next = taken === held.length ? end : { ...start, taken };
      yield { index: start.index + taken - 1, file, line, text, next };
    }
    start = end;
    skip = 0;
    before = after;
  }
}

async function* buffersOf(
  documents: AsyncIterable<CorpusDocument>,
  most: number,
  mostText: number,
): AsyncGenerator<CorpusDocument[]> {
  let held: CorpusDocument[] = [];
  let text = 0;
  for await (const document of documents) {
    held.push(document);
    text += document.text.length;
    if (held.length < most && text < mostText) continue;
    yield held;
    held = [];
    text = 0;
  }
  if (held.length > 0) yield held;
}
