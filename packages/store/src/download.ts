import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import type { Backend } from './backend/backend.ts';
import { untilReachable, type Patience } from './backend/retry.ts';

/**
 * Writes an object to a new file and checks its size and checksum. If the connection breaks, it continues where the last
 * byte was written.
 *
 * @param options onBytes: called with the number of bytes that the file has so far
 * @throws {SaeLabError} `store.missing`, `store.corrupted`, `store.unreachable`; the operating system's error
 */
export async function download(
  backend: Backend,
  { name, bytes, sha256 }: { name: string; bytes: number; sha256: string },
  path: string,
  options: Patience & { readonly onBytes?: ((done: number) => void) | undefined },
): Promise<void> {
  const field = `${backend.location}/${name}`;
  const file = await open(path, 'w');
  const hash = createHash('sha256');
  let done = 0;
  try {
    await untilReachable(async () => {
      const chunks = await backend.read(name, done, options.signal);
      if (chunks === undefined) {
        throw new SaeLabError('store.missing', { problem: 'is not in the store', field });
      }
      for await (const chunk of chunks) {
        await file.write(chunk);
        hash.update(chunk);
        done += chunk.byteLength;
        if (done > bytes) break;
        options.onBytes?.(done);
      }
    }, options);
    await file.sync();
  } finally {
    await file.close();
  }
  const found = hash.digest('hex');
  if (done === bytes && found === sha256) return;
  throw new SaeLabError('store.corrupted', {
    problem: 'is damaged',
    field,
    expected: `${bytes} bytes with the sha256 ${sha256}`,
    received: done === bytes ? found : done > bytes ? 'more bytes' : `${done} bytes`,
  });
}
