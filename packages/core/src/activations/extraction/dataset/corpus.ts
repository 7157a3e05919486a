import { SaeLabError } from '@sae-lab/errors';
import { formatOf, type ByteSource } from '@sae-lab/hub';
import type { Document } from './documents.ts';
import { readJsonLines } from './json-lines.ts';
import { readParquet } from './parquet-rows.ts';
import type { FileDocument, FilePosition, ReadingOptions } from './reading.ts';
import { readParagraphs } from './text-paragraphs.ts';

/** A document of a corpus that may span several files. */
export interface CorpusDocument extends Document {
  /** Index of its file in the corpus, from 0. */
  readonly file: number;
  /** Position from which to resume after this document. */
  readonly next: CorpusPosition;
}

/** A position between two documents, as plain JSON. Resuming from it yields the same documents as reading on. */
interface CorpusPosition {
  readonly file: number;
  readonly inFile: FilePosition;
  /** Number of documents before it. */
  readonly index: number;
  /** The text column, once it is known. */
  readonly column?: string;
}

export interface CorpusOptions {
  /** The text column, or the field of each line. @default `text`, or the only one that contains text */
  readonly column?: string | undefined;
  /** Read any column of single values as text, e.g. labels that are numbers. @default false */
  readonly anyValue?: boolean | undefined;
  /** Format of all files. @default taken from the extension of each file */
  readonly format?: 'json-lines' | 'text' | undefined;
  /** Read at most this many documents of the corpus. */
  readonly documents?: number | undefined;
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
 * Streams the documents of a corpus, file by file.The file extension determines the format: parquet, JSON lines or text, the
 * last two optionally compressed as `.gz` or `.zst`. Memory is bounded by the largest document or parquet page.
 *
 * @example
 * const { documents } = readCorpus(await localFiles('corpus/*.jsonl.zst'), { column: 'text' });
 * for await (const { text } of documents()) console.log(text);
 *
 * @throws {SaeLabError} while iterating: dataset.unknown-format, dataset.no-text-column, dataset.bad-line,
 *   dataset.too-long, dataset.unreadable, dataset.unsupported-codec, dataset.empty, and those of the sources
 */
export function readCorpus(sources: readonly ByteSource[], options: CorpusOptions = {}): CorpusReader {
  const total = sources.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  let inCurrent = (): number => 0;
  const { documents: limit = Infinity, mostBytes = MOST_DOCUMENT_BYTES, signal } = options;

  async function* documents(): AsyncGenerator<CorpusDocument> {
    const { from } = options;
    let index = from?.index ?? 0;
    let column = options.column ?? from?.column;
    bytes = sources.slice(0, from?.file ?? 0).reduce((sum, { size }) => sum + size, 0);
    for (const [file, source] of sources.entries()) {
      if (index >= limit) return;
      if (file < (from?.file ?? 0)) continue;
      const reading: ReadingOptions = {
        column,
        anyValue: options.anyValue ?? false,
        from: file === from?.file ? from.inFile : undefined,
        mostBytes,
        signal,
        onColumn: (found) => (column = found),
        onFraction: (fraction) => (inCurrent = fraction),
      };
      for await (const { line, text, next } of readerOf(source, options.format)(source, reading)) {
        const place = { file, inFile: next, index: index + 1, ...(column !== undefined && { column }) };
        yield { index, line, text, file, next: place };
        if (++index >= limit) return;
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
