import { SaeLabError } from '@sae-lab/errors';
import type { ByteSource } from '@sae-lab/hub';
import { parsePythonJson } from '../../../files/python-json.ts';
import { withoutMark } from '../../../files/utf8.ts';
import { fileLines } from './file-lines.ts';
import type { FileDocument, ReadingOptions } from './reading.ts';
import { textColumn } from './text-column.ts';
import { unreadableDataset } from './unreadable-dataset.ts';

/**
 * Streams the documents of a file with one JSON object per line. As in parquet files, null is an empty document.
 *
 * @throws {SaeLabError} while iterating: dataset.no-text-column, dataset.bad-line, those of {@link fileLines}
 */
export async function* readJsonLines(
  source: ByteSource,
  options: ReadingOptions,
): AsyncGenerator<FileDocument> {
  let { column } = options;
  let isFirst = true;
  for await (const { line, text, next } of fileLines(source, options)) {
    if (text.trim() === '') continue;
    if (line === 1 && text.trimStart().startsWith('[')) throw arrayOfAll(source.name);
    const record = recordOf(source.name, line, text);
    if (isFirst && (column === undefined || !Object.hasOwn(record, column))) {
      column = columnOf(source.name, record, column, options.anyValue);
      options.onColumn(column);
    }
    isFirst = false;
    const found = options.anyValue ? withText(record, column!) : record;
    yield { line, text: fieldOf(source.name, line, text, found, column!), next };
  }
}

function recordOf(name: string, line: number, content: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    // Concatenated files may have a byte-order mark at the start of each.
    value = parsePythonJson(withoutMark(content));
  } catch (cause) {
    throw badLine(name, line, content, `is not JSON (${(cause as Error).message})`, 'a JSON object', cause);
  }
  if (value !== null && typeof value === 'object') return value as Record<string, unknown>;
  throw badLine(name, line, content, 'is not a JSON object', 'a JSON object');
}

function columnOf(
  name: string,
  record: Readonly<Record<string, unknown>>,
  wanted: string | undefined,
  anyValue: boolean,
): string {
  const columns = Object.entries(record).map(([field, value]) => ({
    name: field,
    // The first document may be null.
    isText:
      typeof value === 'string' ||
      (value === null && field === (wanted ?? 'text')) ||
      (anyValue && isSingle(value)),
  }));
  return textColumn(name, columns, wanted);
}

/** The record with a number, true or false in a column as text. */
function withText(
  record: Readonly<Record<string, unknown>>,
  column: string,
): Readonly<Record<string, unknown>> {
  const value = record[column];
  return isSingle(value) ? { ...record, [column]: String(value) } : record;
}

function isSingle(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function fieldOf(
  name: string,
  line: number,
  content: string,
  record: Readonly<Record<string, unknown>>,
  column: string,
): string {
  const text = Object.hasOwn(record, column) ? (record[column] ?? '') : undefined;
  const expected = `a JSON object with the text in '${column}'`;
  if (typeof text !== 'string') throw badLine(name, line, content, `has no text in '${column}'`, expected);
  // A tokenizer would silently replace it with U+FFFD.
  if (!text.isWellFormed()) {
    const problem = "has half of a surrogate pair in its text, such as '\\ud83d' alone";
    throw badLine(name, line, content, problem, expected);
  }
  return text;
}

function badLine(
  name: string,
  line: number,
  content: string,
  problem: string,
  expected: string,
  cause?: unknown,
): SaeLabError {
  return new SaeLabError('dataset.bad-line', {
    problem: `line ${line} ${problem}`,
    field: name,
    expected,
    received: content.length > 120 ? `${content.slice(0, 117)}...` : content,
    fix: 'Correct the line, or name the field that holds the text.',
    cause,
  });
}

function arrayOfAll(name: string): SaeLabError {
  return unreadableDataset(name, {
    problem: 'the file is a single JSON array, which cannot be streamed',
    expected: 'one JSON object per line',
    fix: "Convert it, for example with `jq -c '.[]'`, and rename it to .jsonl.",
  });
}
