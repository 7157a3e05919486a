import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SaeLabError } from '@sae-lab/errors';
import { hashOfFile } from '../../files/content-hash.ts';
import { cachedHashesOfFiles } from './hash-cache.ts';
import { corrupted, type ShardEntry } from './manifest.ts';

/** How activations are verified: by the sizes of their files, or by the checksums of all bytes. */
export type Verification = 'sizes' | 'checksums';

/** Above this size, a file is read again only if it may have changed since it was last read. */
const READ_EACH_TIME = 4 * 2 ** 30;

type DamagedShard = { index: number; error: SaeLabError } | undefined;

/**
 * The first damaged shard, with an error `activations.corrupted`; undefined if all are intact.
 *
 * @param signal aborts the read with an AbortError
 */
export async function firstDamagedShard(
  folder: string,
  shards: readonly ShardEntry[],
  verify: Verification,
  signal?: AbortSignal,
): Promise<DamagedShard> {
  for (const [index, shard] of shards.entries()) {
    const error = await damage(join(folder, shard.file), shard, verify, signal);
    if (error !== undefined) return { index, error };
  }
  return undefined;
}

/** The first damaged shard of activations that are about to be used, judged by the bytes of every file. */
export async function damagedBeforeUse(
  folder: string,
  shards: readonly ShardEntry[],
  { signal, readEachTime = READ_EACH_TIME }: { signal?: AbortSignal | undefined; readEachTime?: number } = {},
): Promise<DamagedShard> {
  const bytes = shards.reduce((total, shard) => total + shard.bytes, 0);
  if (bytes <= readEachTime) return firstDamagedShard(folder, shards, 'checksums', signal);
  const bySize = await firstDamagedShard(folder, shards, 'sizes');
  if (bySize !== undefined) return bySize;
  const paths = shards.map(({ file }) => join(folder, file));
  const hashes = await cachedHashesOfFiles(folder, paths, { signal });
  const index = shards.findIndex(({ sha256 }, i) => hashes[i] !== sha256);
  return index < 0 ? undefined : { index, error: otherBytes(paths[index]!, shards[index]!, hashes[index]!) };
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
    return corrupted(path, size === undefined ? 'the file is missing' : 'the file has the wrong size', {
      expected: `${shard.bytes} bytes`,
      ...(size !== undefined && { received: `${size} bytes` }),
    });
  }
  if (verify === 'sizes') return undefined;
  const sha256 = await hashOfFile(path, signal);
  return sha256 === shard.sha256 ? undefined : otherBytes(path, shard, sha256);
}

function otherBytes(path: string, shard: ShardEntry, received: string): SaeLabError {
  return corrupted(path, 'the checksum of the file does not match', {
    expected: `sha256 ${shard.sha256}`,
    received,
  });
}
