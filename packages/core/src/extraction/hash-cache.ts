import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { hashOfFile } from '../files/content-hash.ts';
import { writeAtomic } from '../files/write-atomic.ts';

const cacheSchema = z.record(
  z.string(),
  z.object({ bytes: z.number(), mtimeMs: z.number(), sha256: z.string() }),
);

/**
 * sha256 of a file's bytes, in hex. Remembered in `<dataDir>/hash-cache.json` for as long as the file keeps its
 * size and time of change, so that planning does not read a large model or dataset each time.
 */
export async function cachedHashOfFile(dataDir: string, path: string): Promise<string> {
  const cacheFile = join(dataDir, 'hash-cache.json');
  const file = resolve(path);
  const { size: bytes, mtimeMs } = await stat(file);
  const cache = await readCache(cacheFile);
  const known = cache[file];
  if (known?.bytes === bytes && known.mtimeMs === mtimeMs) return known.sha256;
  const sha256 = await hashOfFile(file);
  // Another process may write at the same time: what is lost is found again. And where nothing can be written (a full
  // disk), it is not planning that should fail, but what has something to store.
  await writeAtomic(cacheFile, JSON.stringify({ ...cache, [file]: { bytes, mtimeMs, sha256 } })).catch(
    () => {},
  );
  return sha256;
}

async function readCache(path: string): Promise<z.infer<typeof cacheSchema>> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}
