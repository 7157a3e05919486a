import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SaeLabError } from '@sae-lab/errors';
import { hashOfFile } from '../../files/content-hash.ts';
import { corrupted, type ShardEntry } from './manifest.ts';

/** How much is read to see that activations are whole: the files' sizes, or all of their bytes. */
export type Verification = 'sizes' | 'checksums';

/** The first shard that is not as it was written, with an error `activations.corrupted`; undefined if all are. A signal ends it. */
export async function firstDamagedShard(
  folder: string,
  shards: readonly ShardEntry[],
  verify: Verification,
  signal?: AbortSignal,
): Promise<{ index: number; error: SaeLabError } | undefined> {
  for (const [index, shard] of shards.entries()) {
    const error = await damage(join(folder, shard.file), shard, verify, signal);
    if (error !== undefined) return { index, error };
  }
  return undefined;
}

async function damage(
  path: string,
  shard: ShardEntry,
  verify: Verification,
  signal: AbortSignal | undefined,
): Promise<SaeLabError | undefined> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  if (size !== shard.bytes) {
    return corrupted(
      path,
      size === undefined ? 'the file is missing' : 'the file has another size than written',
      {
        expected: `${shard.bytes} bytes`,
        ...(size !== undefined && { received: `${size} bytes` }),
      },
    );
  }
  if (verify === 'sizes') return undefined;
  const sha256 = await hashOfFile(path, signal);
  return sha256 === shard.sha256
    ? undefined
    : corrupted(path, 'the file has other bytes than written', {
        expected: `sha256 ${shard.sha256}`,
        received: sha256,
      });
}
