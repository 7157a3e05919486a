import { SaeLabError } from '@sae-lab/errors';
import { formatOf, type ByteSource } from '@sae-lab/hub';
import type { CorpusDocument } from './documents.ts';
import { readJsonLines } from './json-lines.ts';
import { readParquet } from './parquet-rows.ts';
import { documentsBefore, type CorpusPosition } from './positions.ts';
import type { FileDocument, ReadingOptions } from './reading.ts';
import { shuffleDocuments } from './shuffle-documents.ts';
import { readParagraphs } from './text-paragraphs.ts';

export interface CorpusOptions {
  /** The text column, or the field of each line. @default `text`, or the only one that contains text */
  readonly column?: string | undefined;
  /** Read any column of single values as text, e.g. labels that are numbers. @default false */
  readonly anyValue?: boolean | undefined;
  /** Format of all files. @default taken from the extension of each file */
  readonly format?: 'json-lines' | 'text' | undefined;
  /** Read at most this many documents of the corpus, in the order in which they are read. */
  readonly documents?: number | undefined;
  /** @default the order of the files */
  readonly shuffle?: { readonly seed: number; readonly buffer: number } | undefined;
  /** @default the beginning */
  readonly from?: CorpusPosition | undefined;
  /** Size limit of a document in bytes. @default 2^28 */
  readonly mostBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CorpusReader {
  documents(): AsyncGenerator<CorpusDocument>;
  /** Approximate fraction of the corpus that has been read, from 0 to 1. */
  fractionRead(): number;
}

/** Far larger than any real document, and small enough for one string. */
const MOST_DOCUMENT_BYTES = 2 ** 28;

/**
 * Streams the documents of a corpus, file by file. The file extension determines the format: parquet, JSON lines or text, the
 * last two optionally compressed as `.gz` or `.zst`. Memory is bounded by the
 * largest document or parquet page, and by the buffer if documents are shuffled.
 *
 * @example
 * const { documents } = readCorpus(await localFiles('corpus/*.jsonl.zst'), { column: 'text' });
 * for await (const { text } of documents()) console.log(text);
 *
 * @throws {SaeLabError} while iterating: dataset.unknown-format, dataset.no-text-column, dataset.bad-line,
 *   dataset.too-long, dataset.unreadable, dataset.unsupported-codec, dataset.empty, and those of the sources
 */
export function readCorpus(sources: readonly ByteSource[], options: CorpusOptions = {}): CorpusReader {
  const { documents: limit = Infinity, shuffle, from } = options;
  const inOrder = readInOrder(sources, options);
  let fractionRead = (): number => inOrder.fractionRead();
  return {
    async *documents() {
      if (from !== undefined && documentsBefore(from) >= limit) return;
      const documents = inOrder.documents();
      const all =
        shuffle === undefined
          ? documents
          : shuffleDocuments(documents, {
              ...shuffle,
              from,
              fractionRead: () => inOrder.fractionRead(),
              onFraction: (fraction) => (fractionRead = fraction),
            });
      for await (const document of all) {
        yield document;
        if (document.index + 1 >= limit) return;
      }
    },
    fractionRead: () => fractionRead(),
  };
}

/** Reads all documents in the order of the files. */
function readInOrder(
  sources: readonly ByteSource[],
  { column: wanted, anyValue = false, format, from, mostBytes = MOST_DOCUMENT_BYTES, signal }: CorpusOptions,
): CorpusReader {
  const total = sources.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  let inCurrent = (): number => 0;

  async function* documents(): AsyncGenerator<CorpusDocument> {
    let index = from?.index ?? 0;
    let column = wanted ?? from?.column;
    bytes = sources.slice(0, from?.file ?? 0).reduce((sum, { size }) => sum + size, 0);
    for (const [file, source] of sources.entries()) {
      if (file < (from?.file ?? 0)) continue;
      const reading: ReadingOptions = {
        column,
        anyValue,
        from: file === from?.file ? from.inFile : undefined,
        mostBytes,
        signal,
        onColumn: (found) => (column = found),
        onFraction: (fraction) => (inCurrent = fraction),
      };
      for await (const { line, text, next } of readerOf(source, format)(source, reading)) {
        const place = { file, inFile: next, index: index + 1, ...(column !== undefined && { column }) };
        yield { index, line, text, file, next: place };
        index++;
      }
      bytes += source.size;
      inCurrent = () => 0;
    }
    if (index === 0) throw emptyCorpus(sources);
  }

  return {
    documents,
    fractionRead: () => (total === 0 ? 1 : Math.min(1, (bytes + inCurrent() * currentSize()) / total)),
  };

  function currentSize(): number {
    let before = 0;
    return sources.find(({ size }) => (before += size) > bytes)?.size ?? 0;
  }
}

type FileReader = (source: ByteSource, options: ReadingOptions) => AsyncGenerator<FileDocument>;

function readerOf(source: ByteSource, format: CorpusOptions['format']): FileReader {
  switch (format ?? formatOf(source.path)?.kind) {
    case 'parquet':
      return readParquet;
    case 'json-lines':
    case 'json':
      return readJsonLines;
    case 'text':
      return readParagraphs;
    case undefined:
      throw new SaeLabError('dataset.unknown-format', {
        problem: 'the file extension is not supported',
        field: source.name,
        expected: '.parquet, .jsonl, .json or .txt, the latter three optionally followed by .gz or .zst',
        fix: /\.(npy|safetensors)$/.test(source.name)
          ? "For activations, use dataset: { kind: 'activations', files: … }."
          : 'Rename the file, or choose another one.',
      });
  }
}

function emptyCorpus(sources: readonly ByteSource[]): SaeLabError {
  return new SaeLabError('dataset.empty', {
    problem: 'the dataset has no documents',
    field: sources.length === 1 ? sources[0]!.name : `${sources.length} files`,
    expected: 'at least one document',
    fix: 'Choose another file or split.',
  });
}
