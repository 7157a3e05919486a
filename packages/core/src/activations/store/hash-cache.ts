import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashOfFile } from '../../files/content-hash.ts';
import { stateOfFile } from '../../files/file-state.ts';
import { writeAtomic } from '../../files/write-atomic.ts';

const cacheSchema = z.record(z.string(), z.object({ state: z.string(), sha256: z.string() }));

/**
 * sha256 of each file's bytes, in hex. Caches them in `<folder>/hash-cache.json` for as long as the operating system
 * reports the same, unchanged file, so that planning does not read a large model or dataset each time. Reads a file if in
 * doubt.
 *
 * @param now milliseconds since 1970
 * @param signal aborts the read with an AbortError
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
    // If the file changed during the read, the hash belongs to neither content.
    if (settled && (await stateOfFile(path).catch(() => undefined))?.state === state)
      learnt[path] = { state, sha256 };
  }
  if (Object.keys(learnt).length > 0) {
    // Entries lost to another process that writes at the same time are computed again. If the cache cannot be written (a
    // full disk), planning continues: the step that stores something reports the error.
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
