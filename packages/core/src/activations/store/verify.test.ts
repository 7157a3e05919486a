import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { damagedBeforeUse, firstDamagedShard } from './verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('stops in the middle of a shard on request', async () => {
  writeFileSync(join(folder, 'shard'), new Uint8Array(100));
  const start = { document: 0, piece: 0, rows: 0, skipped: 0, tokens: 0 };
  const shards = [{ file: 'shard', rows: 1, bytes: 100, sha256: 'other', start }];
  const check = (signal?: AbortSignal) => firstDamagedShard(folder, shards, 'checksums', signal);
  expect(await check(new AbortController().signal)).toMatchObject({ index: 0 });
  await expect(check(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  // Also if the hashes are cached.
  for (const readEachTime of [0, 100]) {
    const stopped = damagedBeforeUse(folder, shards, { readEachTime, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  }
});
