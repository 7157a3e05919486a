import { SaeLabError } from '@sae-lab/errors';
import { compressionOf, type ByteSource } from '@sae-lab/hub';
import { decodeUtf8, withoutMark } from '../../../files/utf8.ts';
import { foreignFormat, HEAD_BYTES } from './foreign-format.ts';
import type { FilePosition } from './positions.ts';
import type { ReadingOptions } from './reading.ts';
import { tooLong } from './too-long.ts';
import { decompress } from './decompress.ts';
import { readFailure, unreadableDataset } from './unreadable-dataset.ts';

/** A line without its line break. */
export interface FileLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** Position after the line. */
  readonly next: FilePosition;
}

const NEWLINE = 0x0a;

/**
 * Streams the lines of a UTF-8 file, which is decompressed if its extension says so.
 *
 * @throws {SaeLabError} while iterating: dataset.unreadable, dataset.too-long, those of the source
 */
export async function* fileLines(
  source: ByteSource,
  { from, mostBytes, signal, onFraction }: ReadingOptions,
): AsyncGenerator<FileLine> {
  const compression = compressionOf(source.path);
  const start = compression === undefined ? (from?.byte ?? 0) : 0;
  const skipped = start > 0 || from === undefined ? 0 : from.records;
  let line = start > 0 ? from!.records : 0;
  let read = start;
  onFraction(() => read / Math.max(1, source.size));
  const counted = counting(source.stream({ start }, signal), (bytes) => (read += bytes));
  try {
    const chunks = decompress(source.name, counted, compression);
    const checked = start === 0 ? withCheckedHead(source.name, chunks) : chunks;
    for await (const { bytes, end } of splitLines(source.name, checked, mostBytes, line)) {
      line++;
      if (line <= skipped) continue;
      const text = decodeLine(source.name, line, bytes);
      const next = { records: line, ...(compression === undefined && { byte: start + end }) };
      yield { line, text: line === 1 ? withoutMark(text) : text, next };
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof SaeLabError ? error : readFailure(source.name, error);
  }
}

async function* counting(
  chunks: AsyncIterable<Uint8Array>,
  add: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    add(chunk.length);
    yield chunk;
  }
}

async function* splitLines(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
  before: number,
): AsyncGenerator<{ bytes: Buffer; end: number }> {
  let line = before + 1;
  let end = 0;
  let length = 0;
  // The parts of a long line are joined once: joining at every chunk would copy it again and again.
  let parts: Buffer[] = [];
  const take = (part: Buffer): void => {
    length += part.length;
    if (length > mostBytes) throw tooLong(name, `line ${line} is`, mostBytes);
    if (part.length > 0) parts.push(part);
  };
  for await (const { buffer, byteOffset, byteLength } of chunks) {
    const chunk = Buffer.from(buffer, byteOffset, byteLength);
    let start = 0;
    for (let at; (at = chunk.indexOf(NEWLINE, start)) >= 0; start = at + 1) {
      take(chunk.subarray(start, at));
      end += length + 1;
      yield { bytes: withoutReturn(joined(parts)), end };
      parts = [];
      length = 0;
      line++;
    }
    take(chunk.subarray(start));
  }
  if (length > 0) yield { bytes: joined(parts), end: end + length };
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** Rejects files that are not text by their first bytes. */
async function* withCheckedHead(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    requireText(name, head);
    yield head;
    head = undefined;
  }
  if (head === undefined) return;
  requireText(name, head);
  yield head;
}

function requireText(name: string, head: Buffer): void {
  const foreign = foreignFormat(head);
  if (foreign !== undefined) throw unreadableDataset(name, foreign);
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

function decodeLine(name: string, line: number, bytes: Buffer): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw unreadableDataset(name, {
      problem: `line ${line} is ${(cause as Error).message}`,
      fix: 'Convert the file to UTF-8, for example with `iconv -f latin1 -t utf-8`.',
      cause,
    });
  }
}
