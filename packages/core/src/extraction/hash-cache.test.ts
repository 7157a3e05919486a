import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashOfFile } from '../files/content-hash.ts';
import { cachedHashOfFile } from './hash-cache.ts';
import { temporaryFolder, writeFileIn } from './test-support.ts';

describe('the cache of hashes', () => {
  it('gives the hash of the file, again after it changed', async () => {
    const folder = temporaryFolder();
    const path = writeFileIn(folder, 'data', 'one');
    const first = await cachedHashOfFile(folder, path);
    expect(first).toBe(await hashOfFile(path));
    writeFileSync(path, 'two');
    utimesSync(path, 1, 1);
    expect(await cachedHashOfFile(folder, path)).toBe(await hashOfFile(path));
    expect(await hashOfFile(path)).not.toBe(first);
  });

  it('remembers, and does without what it cannot read', async () => {
    const folder = temporaryFolder();
    const path = writeFileIn(folder, 'data', 'one');
    const hash = await cachedHashOfFile(folder, path);
    const cache = join(folder, 'hash-cache.json');
    writeFileSync(cache, readFileSync(cache, 'utf8').replace(hash, 'remembered'));
    expect(await cachedHashOfFile(folder, path)).toBe('remembered');
    writeFileSync(cache, '{"cut');
    expect(await cachedHashOfFile(folder, path)).toBe(hash);
  });
});
