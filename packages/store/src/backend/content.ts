import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Content } from './backend.ts';

const CHUNK = 1 << 20;

/**
 * The content of an open file. The file may be replaced by a new one under its name meanwhile: what is written is what
 * was hashed.
 */
export async function contentOfFile(file: FileHandle, signal?: AbortSignal): Promise<Content> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunksOf(file)) {
    signal?.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return {
    bytes,
    sha256: hash.digest('hex'),
    open: () => Readable.from(chunksOf(file), { objectMode: false }),
  };
}

/** From the beginning, whatever else reads the file. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The content of a short text. */
export function contentOfText(text: string): Content {
  const buffer = Buffer.from(text);
  return {
    bytes: buffer.byteLength,
    sha256: createHash('sha256').update(buffer).digest('hex'),
    open: () => Readable.from([buffer], { objectMode: false }),
  };
}
