import { stat } from 'node:fs/promises';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import type { DatasetSpec } from './dataset-spec.ts';
import { readLines } from './read-lines.ts';

export interface Document {
  /** Place in the dataset, from 0; empty documents count. */
  readonly index: number;
  /** Line of the file at which it begins, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface DocumentReader {
  documents(): AsyncGenerator<Document>;
  /** Bytes of the file read so far. */
  bytesRead(): number;
}

/**
 * Reads the documents of a dataset in file order, in bounded memory. Iterating throws SaeLabError
 * `dataset.not-found`, `dataset.unreadable`, `dataset.bad-line`, or `dataset.empty` when there is no document.
 */
export function readDocuments(spec: DatasetSpec): DocumentReader {
  const reader = readLines(spec.path);
  return { documents: () => limited(spec, reader.lines()), bytesRead: () => reader.bytesRead() };
}

/** @throws SaeLabError `dataset.not-found` */
export async function requireDataset({ path }: DatasetSpec): Promise<{ bytes: number }> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return { bytes: found.size };
  throw new SaeLabError('dataset.not-found', {
    problem: 'there is no such file',
    field: 'dataset.path',
    expected: 'a file of JSON lines or text, plain or .gz',
    received: describeValue(path),
    fix: 'Correct the path; in an experiment, a relative one is taken from the folder of its file.',
  });
}

async function* limited(spec: DatasetSpec, lines: AsyncGenerator<string>): AsyncGenerator<Document> {
  await requireDataset(spec);
  const limit = spec.documents ?? Infinity;
  let index = 0;
  try {
    for await (const { line, text } of spec.kind === 'jsonl' ? jsonLines(spec, lines) : paragraphs(lines)) {
      yield { index, line, text };
      if (++index >= limit) return;
    }
  } catch (error) {
    throw error instanceof SaeLabError ? error : unreadable(spec, error);
  }
  if (index === 0) {
    throw new SaeLabError('dataset.empty', {
      problem: 'the dataset has no document',
      field: spec.path,
      expected: spec.kind === 'jsonl' ? 'at least one line of JSON' : 'at least one paragraph',
      fix: 'Name another file.',
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
  const bad = (problem: string, received: unknown, cause?: unknown): SaeLabError =>
    new SaeLabError('dataset.bad-line', {
      problem: `line ${line} ${problem}`,
      field: spec.path,
      expected: `a JSON object with the text in '${spec.textField}'`,
      received: describeValue(received),
      fix: 'Correct the line, or set textField to the field that holds the text.',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw bad('is not JSON', content, cause);
  }
  const text =
    value !== null && typeof value === 'object' && Object.hasOwn(value, spec.textField)
      ? (value as Record<string, unknown>)[spec.textField]
      : undefined;
  if (typeof text !== 'string') throw bad(`has no text in '${spec.textField}'`, value);
  return text;
}

async function* paragraphs(lines: AsyncIterable<string>): AsyncGenerator<Found> {
  let line = 0;
  let held: string[] = [];
  for await (const content of lines) {
    line++;
    if (content.trim() !== '') held.push(content);
    else if (held.length > 0) {
      yield { line: line - held.length, text: held.join('\n') };
      held = [];
    }
  }
  if (held.length > 0) yield { line: line - held.length + 1, text: held.join('\n') };
}

function unreadable(spec: DatasetSpec, cause: unknown): SaeLabError {
  return new SaeLabError('dataset.unreadable', {
    problem: `the file cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    field: spec.path,
    expected: spec.path.endsWith('.gz') ? 'text packed by gzip' : 'a text file',
    fix: 'Check that the file is whole and readable.',
    cause,
  });
}
