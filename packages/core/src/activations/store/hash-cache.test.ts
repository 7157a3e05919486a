import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashOfFile } from '../../files/content-hash.ts';
import { cachedHashesOfFiles } from './hash-cache.ts';
import { temporaryFolder, writeFileIn } from '../test-support.ts';

/** A time long after every write of these tests. */
const later = (): number => Date.now() + 60_000;
const hashOf = async (folder: string, path: string, now = later()): Promise<string> =>
  (await cachedHashesOfFiles(folder, [path], { now }))[0]!;

describe('the cache of hashes', () => {
  it.each<[string, (path: string) => void]>([
    ['written', (path) => writeFileSync(path, 'two')],
    [
      'replaced by another file',
      (path) => {
        writeFileSync(`${path}.new`, 'two');
        utimesSync(`${path}.new`, 1, 1);
        renameSync(`${path}.new`, path);
      },
    ],
    [
      'replaced with its folder',
      (path) => {
        const folder = join(path, '..');
        cpSync(folder, `${folder}.new`, { recursive: true, preserveTimestamps: true });
        writeFileSync(join(`${folder}.new`, 'data'), 'two');
        rmSync(folder, { recursive: true });
        renameSync(`${folder}.new`, folder);
      },
    ],
  ])('detects a file that was %s, even with equal size and mtime', async (_, change) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'inner'));
    const path = writeFileIn(folder, 'inner/data', 'one');
    utimesSync(path, 1, 1);
    const first = await hashOf(folder, path);
    expect(first).toBe(await hashOfFile(path));
    change(path);
    utimesSync(path, 1, 1);
    expect(await hashOf(folder, path)).toBe(await hashOfFile(path));
    expect(await hashOfFile(path)).not.toBe(first);
  });

  it.each(['the file', 'its folder'])('follows a link to %s that is changed', async (what) => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) {
      mkdirSync(join(folder, name));
      utimesSync(writeFileIn(folder, `${name}/data`, name), 1, 1);
    }
    const link = join(folder, 'current');
    const path = what === 'the file' ? link : join(link, 'data');
    const hashes: string[] = [];
    for (const name of ['a', 'b']) {
      rmSync(link, { force: true });
      symlinkSync(what === 'the file' ? join(name, 'data') : name, link);
      hashes.push(await hashOf(folder, path));
    }
    expect(hashes).toEqual(
      await Promise.all(['a', 'b'].map((name) => hashOfFile(join(folder, name, 'data')))),
    );
  });

  it('caches, and works without a readable cache', async () => {
    const folder = temporaryFolder();
    const path = writeFileIn(folder, 'data', 'one');
    const hash = await hashOf(folder, path);
    const cache = join(folder, 'hash-cache.json');
    writeFileSync(cache, readFileSync(cache, 'utf8').replace(hash, 'remembered'));
    expect(await hashOf(folder, path)).toBe('remembered');
    writeFileSync(cache, '{"cut');
    expect(await hashOf(folder, path)).toBe(hash);
  });

  it('does not cache a file that may still change within the same clock tick', async () => {
    const folder = temporaryFolder();
    const path = writeFileIn(folder, 'data', 'one');
    await hashOf(folder, path, Date.now());
    await hashOf(folder, path, Date.now() - 60_000);
    expect(() => readFileSync(join(folder, 'hash-cache.json'))).toThrow('ENOENT');
  });
});
