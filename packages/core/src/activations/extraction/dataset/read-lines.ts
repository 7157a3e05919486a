import { createReadStream, type ReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SaeLabError } from '@sae-lab/errors';
import { decodeUtf8, withoutMark } from '../../../files/utf8.ts';
import { foreignFormat, HEAD_BYTES } from './foreign-format.ts';
import { unreadableDataset } from './unreadable-dataset.ts';

export interface LineReader {
  lines(): AsyncGenerator<string>;
  /** Bytes of the file read so far, packed as they are. */
  bytesRead(): number;
}

const NEWLINE = 0x0a;

/**
 * Reads a text file, packed by gzip if its name says so, line by line in bounded memory. Iterating throws SaeLabError
 * `dataset.unreadable` for what is not UTF-8, and `dataset.too-long` for a line of more bytes than `mostBytes`.
 */
export function readLines(path: string, mostBytes: number): LineReader {
  let file: ReadStream | undefined;
  return {
    async *lines() {
      // Opened by the reader, who is there for its errors.
      file = createReadStream(path);
      let line = 0;
      for await (const bytes of splitLines(path, unpacked(path, file), mostBytes)) {
        line++;
        const text = decodeLine(path, line, bytes);
        yield line === 1 ? withoutMark(text) : text;
      }
    },
    bytesRead: () => file?.bytesRead ?? 0,
  };
}

function unpacked(path: string, file: ReadStream): AsyncIterable<Buffer> {
  return path.endsWith('.gz')
    ? // A failure of either stream destroys the last one, whose reader gets the error.
      pipeline(file, createGunzip(), () => {})
    : file;
}

/** The lines of a file without their ends. What is not text at all is refused by its first bytes. */
async function* splitLines(
  path: string,
  chunks: AsyncIterable<Buffer>,
  mostBytes: number,
): AsyncGenerator<Buffer> {
  let line = 1;
  let bytes = 0;
  // A line longer than a chunk is gathered in parts: joining at each chunk would copy it again and again.
  let parts: Buffer[] = [];
  const take = (part: Buffer): void => {
    bytes += part.length;
    if (bytes > mostBytes) throw tooLong(path, `line ${line} is`, mostBytes);
    parts.push(part);
  };
  for await (const chunk of withCheckedHead(path, chunks)) {
    let start = 0;
    for (let end; (end = chunk.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      take(chunk.subarray(start, end));
      yield withoutReturn(Buffer.concat(parts));
      parts = [];
      bytes = 0;
      line++;
    }
    take(chunk.subarray(start));
  }
  if (bytes > 0) yield Buffer.concat(parts);
}

async function* withCheckedHead(path: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    requireText(path, head);
    yield head;
    head = undefined;
  }
  if (head === undefined) return;
  requireText(path, head);
  yield head;
}

function requireText(path: string, head: Buffer): void {
  const foreign = foreignFormat(head);
  if (foreign !== undefined) throw unreadableDataset(path, foreign);
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

function decodeLine(path: string, line: number, bytes: Buffer): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw unreadableDataset(path, {
      problem: `line ${line} is ${(cause as Error).message}`,
      fix: 'Convert the file to UTF-8, for example with `iconv -f latin1 -t utf-8`.',
      cause,
    });
  }
}

/** @param what the line or paragraph, and its verb */
export function tooLong(path: string, what: string, mostBytes: number): SaeLabError {
  return new SaeLabError('dataset.too-long', {
    problem: `${what} too long for one document`,
    field: path,
    expected: `at most ${mostBytes} bytes`,
    fix: 'Split it: JSON lines have a document a line, paragraphs of a text are separated by blank lines.',
  });
}
