import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { parsePythonJson } from '../../../files/python-json.ts';
import { withoutMark } from '../../../files/utf8.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { readLines, tooLong } from './read-lines.ts';
import { readFailure } from './unreadable-dataset.ts';

/** Far larger than any document, and within the maximum length of a string. */
const MOST_DOCUMENT_BYTES = 2 ** 28;

export interface Document {
  /** Index in the dataset, from 0, counting empty documents. */
  readonly index: number;
  /** First line in the file, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface DocumentReader {
  documents(): AsyncGenerator<Document>;
  /** Bytes of the file read so far. */
  bytesRead(): number;
}

/**
 * Reads the documents of a dataset in file order, in bounded memory. Iterating throws a SaeLabError `dataset.not-found`,
 * `dataset.unreadable`, `dataset.bad-line`, `dataset.too-long`, or `dataset.empty` if there is no document.
 *
 * @param options `mostBytes` is the maximum size of a document
 */
export function readDocuments(
  spec: DatasetSpec,
  { mostBytes = MOST_DOCUMENT_BYTES }: { mostBytes?: number } = {},
): DocumentReader {
  const reader = readLines(spec.path, mostBytes);
  const found = (): AsyncGenerator<Found> =>
    spec.kind === 'jsonl' ? jsonLines(spec, reader.lines()) : paragraphs(spec, reader.lines(), mostBytes);
  return { documents: () => limited(spec, found()), bytesRead: () => reader.bytesRead() };
}

/** Reads all documents once, to throw early what {@link readDocuments} would throw later. */
export async function requireReadable(spec: DatasetSpec, signal: AbortSignal | undefined): Promise<void> {
  for await (const _ of readDocuments(spec).documents()) signal?.throwIfAborted();
}

/** @throws {SaeLabError} `dataset.not-found` */
export async function requireDataset({ path }: DatasetSpec): Promise<{ bytes: number }> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error) && found.isFile()) return { bytes: found.size };
  throw new SaeLabError('dataset.not-found', {
    problem: problemOf(found),
    field: 'dataset.path',
    expected: 'a file of JSON lines or text, plain or .gz',
    received: describeValue(path),
    fix: 'Correct the path. In an experiment, paths are relative to the folder of its file.',
  });
}

function problemOf(found: Error | Stats): string {
  if (found instanceof Error) {
    const { code } = found as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'the file does not exist' : `the file cannot be accessed (${code})`;
  }
  return found.isDirectory() ? 'it is a folder' : 'it is not a regular file';
}

async function* limited(spec: DatasetSpec, found: AsyncGenerator<Found>): AsyncGenerator<Document> {
  await requireDataset(spec);
  const limit = spec.documents ?? Infinity;
  let index = 0;
  try {
    for await (const { line, text } of found) {
      yield { index, line, text };
      if (++index >= limit) return;
    }
  } catch (error) {
    throw error instanceof SaeLabError ? error : readFailure(spec.path, error);
  }
  if (index === 0) {
    throw new SaeLabError('dataset.empty', {
      problem: 'the dataset contains no documents',
      field: spec.path,
      expected: spec.kind === 'jsonl' ? 'at least one line of JSON' : 'at least one paragraph',
      fix: 'Choose another file.',
    });
  }
}

type Found = Omit<Document, 'index'>;

async function* jsonLines(
  spec: Extract<DatasetSpec, { kind: 'jsonl' }>,
  lines: AsyncIterable<string>,
): AsyncGenerator<Found> {
  let line = 0;
  for await (const content of lines) {
    line++;
    if (content.trim() !== '') yield { line, text: textOf(spec, line, content) };
  }
}

function textOf(spec: Extract<DatasetSpec, { kind: 'jsonl' }>, line: number, content: string): string {
  const bad = (problem: string, cause?: unknown): SaeLabError =>
    new SaeLabError('dataset.bad-line', {
      problem: `line ${line} ${problem}`,
      field: spec.path,
      expected: `a JSON object with the text in '${spec.textField}'`,
      received: content.length > 120 ? `${content.slice(0, 117)}...` : content,
      fix: 'Correct the line, or set textField to the field that contains the text.',
      cause,
    });
  let value: unknown;
  try {
    // Concatenated files have a byte-order mark at the start of each.
    value = parsePythonJson(withoutMark(content));
  } catch (cause) {
    throw bad(`is not JSON (${(cause as Error).message})`, cause);
  }
  const text =
    value !== null && typeof value === 'object' && Object.hasOwn(value, spec.textField)
      ? (value as Record<string, unknown>)[spec.textField]
      : undefined;
  if (typeof text !== 'string') throw bad(`has no text in '${spec.textField}'`);
  // A tokenizer would silently replace it with U+FFFD.
  if (!text.isWellFormed()) {
    throw bad("contains half of a surrogate pair, such as '\\ud83d' alone");
  }
  return text;
}

async function* paragraphs(
  { path }: DatasetSpec,
  lines: AsyncIterable<string>,
  mostBytes: number,
): AsyncGenerator<Found> {
  let line = 0;
  let held: string[] = [];
  let bytes = 0;
  for await (const content of lines) {
    line++;
    if (content.trim() !== '') {
      held.push(content);
      bytes += Buffer.byteLength(content) + 1;
      if (bytes > mostBytes) {
        throw tooLong(path, `the paragraph from line ${line - held.length + 1} is`, mostBytes);
      }
    } else if (held.length > 0) {
      yield { line: line - held.length, text: held.join('\n') };
      held = [];
      bytes = 0;
    }
  }
  if (held.length > 0) yield { line: line - held.length + 1, text: held.join('\n') };
}
