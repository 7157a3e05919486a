import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashOfFile } from '../../files/content-hash.ts';
import { stateOfFile } from '../../files/file-state.ts';
import { writeAtomic } from '../../files/write-atomic.ts';

const cacheSchema = z.record(z.string(), z.object({ state: z.string(), sha256: z.string() }));

/**
 * sha256 of each file's bytes, in hex. Remembered in `<folder>/hash-cache.json` for as long as the operating system
 * says that it is the same, unchanged file, so that planning does not read a large model or dataset each time. In
 * doubt a file is read.
 *
 * @param now milliseconds since 1970
 * @param signal ends the reading with an AbortError
 */
export async function cachedHashesOfFiles(
  folder: string,
  paths: readonly string[],
  { now = Date.now(), signal }: { now?: number; signal?: AbortSignal | undefined } = {},
): Promise<string[]> {
  const cacheFile = join(folder, 'hash-cache.json');
  const cache = await readCache(cacheFile);
  const hashes: string[] = [];
  const learnt: typeof cache = {};
  for (const given of paths) {
    const { path, state, settled } = await stateOfFile(given, now);
    const known = cache[path];
    if (known?.state === state) {
      hashes.push(known.sha256);
      continue;
    }
    const sha256 = await hashOfFile(path, signal);
    hashes.push(sha256);
    // One that changed while it was read has the hash of neither content.
    if (settled && (await stateOfFile(path).catch(() => undefined))?.state === state)
      learnt[path] = { state, sha256 };
  }
  if (Object.keys(learnt).length > 0) {
    // Another process may write at the same time: what is lost is found again. And where nothing can be written (a
    // full disk), it is not planning that should fail, but what has something to store.
    await writeAtomic(cacheFile, JSON.stringify({ ...cache, ...learnt })).catch(() => {});
  }
  return hashes;
}

async function readCache(path: string): Promise<z.infer<typeof cacheSchema>> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}
