import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openCached, type CachedFile } from './file-cache.ts';
import { takeLease } from './lease.ts';

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

let cache: { folder: string; limitBytes: number };
let downloads: string[];
let number = 0;
beforeEach(() => {
  cache = { folder: join(folder, String((number += 1))), limitBytes: 25 };
  downloads = [];
});

/** A file of ten bytes. */
function file(letter: string): CachedFile {
  const content = letter.repeat(10);
  return { name: letter, bytes: 10, sha256: createHash('sha256').update(content).digest('hex') };
}

function open(...letters: string[]) {
  return openCached(cache, letters.map(file), async ({ name }, path) => {
    downloads.push(name);
    writeFileSync(path, name.repeat(10));
  });
}

const kept = (): string[] =>
  readdirSync(join(cache.folder, 'files'))
    .map((name) => readFileSync(join(cache.folder, 'files', name), 'utf8')[0]!)
    .toSorted();

async function use(...letters: string[]): Promise<void> {
  const opened = await open(...letters);
  await opened.close();
  // Two uses within one tick of the file system's clock would be equally old.
  await new Promise((resolve) => void setImmediate(resolve));
}

it('downloads a file once', async () => {
  await use('a', 'b');
  await use('b', 'a');
  expect(downloads).toEqual(['a', 'b']);
});

it('keeps to its limit by removing the least recently used', async () => {
  await use('a');
  await use('b');
  await use('a');
  await use('c');
  expect(kept()).toEqual(['a', 'c']);
});

it('never removes a file in use, and everything beyond the limit afterwards', async () => {
  const opened = await open('a', 'b', 'c', 'd');
  await use('e');
  expect(kept()).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']));
  for (const letter of 'abcd')
    expect(readFileSync(join(opened.folder, letter), 'utf8')).toBe(letter.repeat(10));
  await opened.close();
  expect(existsSync(opened.folder)).toBe(false);
  expect(kept()).toHaveLength(2);
});

it('downloads a file again whose copy is damaged', async () => {
  await use('a');
  writeFileSync(join(cache.folder, 'files', file('a').sha256), 'not the same');
  const opened = await open('a');
  expect(readFileSync(join(opened.folder, 'a'), 'utf8')).toBe('a'.repeat(10));
  await opened.close();
  expect(downloads).toEqual(['a', 'a']);
});

it('makes room on a full disk, and says so if that is not enough', async () => {
  await use('a');
  await use('b');
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  let tries = 0;
  const opened = await openCached(cache, [file('c')], async (_, path) => {
    tries += 1;
    if (tries === 1) throw full;
    expect(kept()).toEqual([]);
    writeFileSync(path, 'c'.repeat(10));
  });
  await opened.close();
  const failing = openCached(cache, [file('d')], () => Promise.reject(full));
  await expect(failing).rejects.toMatchObject({ code: 'store.cache-full' });
});

it('removes what a killed process left behind, and nothing of a living one', async () => {
  const leases = join(cache.folder, 'open');
  const living = await takeLease(leases);
  const dead = join(leases, 'dead');
  await takeLease(leases).then(({ release }) => release());
  writeFileSync(`${dead}.lock`, '');
  await use('a');
  expect(existsSync(`${dead}.lock`)).toBe(false);
  expect(statSync(living.folder).isDirectory()).toBe(true);
  await living.release();
  expect(readdirSync(leases)).toEqual([]);
});
