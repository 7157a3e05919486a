import { createReadStream, type ReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SaeLabError } from '@sae-lab/errors';
import { decodeUtf8, withoutMark } from '../../../files/utf8.ts';
import { foreignFormat, HEAD_BYTES } from './foreign-format.ts';
import { unreadableDataset } from './unreadable-dataset.ts';

export interface LineReader {
  lines(): AsyncGenerator<string>;
  /** Bytes of the file read so far, before decompression. */
  bytesRead(): number;
}

const NEWLINE = 0x0a;

/**
 * Reads a text file line by line, in bounded memory. Decompresses it if its name ends in .gz. Iterating throws a
 * SaeLabError `dataset.unreadable` if the file is not UTF-8, and `dataset.too-long` for a line over `mostBytes`.
 */
export function readLines(path: string, mostBytes: number): LineReader {
  let file: ReadStream | undefined;
  return {
    async *lines() {
      // Opened here, where its errors are handled.
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
    ? // If either stream fails, the last one is destroyed with the error.
      pipeline(file, createGunzip(), () => {})
    : file;
}

/** The lines of a file, without line ends. Refuses other formats by their first bytes. */
async function* splitLines(
  path: string,
  chunks: AsyncIterable<Buffer>,
  mostBytes: number,
): AsyncGenerator<Buffer> {
  let line = 1;
  let bytes = 0;
  // Parts of a line that spans chunks are joined once at its end, instead of at each chunk.
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

/** @param what the line or paragraph, with its verb, e.g. `line 3 is` */
export function tooLong(path: string, what: string, mostBytes: number): SaeLabError {
  return new SaeLabError('dataset.too-long', {
    problem: `${what} too long for a document`,
    field: path,
    expected: `at most ${mostBytes} bytes`,
    fix: 'Split it. A document is a line of JSON, or a paragraph of text between blank lines.',
  });
}
