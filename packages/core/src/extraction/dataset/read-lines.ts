import { createReadStream, type ReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface LineReader {
  lines(): AsyncGenerator<string>;
  /** Bytes of the file read so far, packed as they are. */
  bytesRead(): number;
}

/** Reads a text file, packed by gzip if its name says so, line by line in bounded memory. */
export function readLines(path: string): LineReader {
  let file: ReadStream | undefined;
  return {
    async *lines() {
      // Opened by the reader, who is there for its errors.
      file = createReadStream(path);
      yield* splitLines(text(path, file));
    },
    bytesRead: () => file?.bytesRead ?? 0,
  };
}

function text(path: string, file: ReadStream): AsyncIterable<string> {
  const bytes = path.endsWith('.gz')
    ? // A failure of either stream destroys the last one, whose reader gets the error.
      pipeline(file, createGunzip(), () => {})
    : file;
  return bytes.setEncoding('utf8');
}

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  // A line longer than a chunk is gathered in parts: joining at each chunk would copy it again and again.
  let parts: string[] = [];
  let atStart = true;
  for await (const chunk of chunks) {
    // Some editors begin a file with a byte-order mark, which is no part of its first line.
    const pieces = (atStart ? chunk.replace(/^\uFEFF/, '') : chunk).split('\n');
    atStart = false;
    const last = pieces.pop()!;
    for (const piece of pieces) {
      parts.push(piece);
      yield parts.join('').replace(/\r$/, '');
      parts = [];
    }
    parts.push(last);
  }
  const rest = parts.join('');
  if (rest !== '') yield rest;
}
