import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorOf, temporaryFolder, writeFileIn } from '../test-support.ts';
import { WatchedFiles } from './watched-files.ts';

it('allows touching a watched file, but not changing it', async () => {
  const folder = temporaryFolder();
  const path = writeFileIn(folder, 'data', 'one');
  const files = new WatchedFiles();
  await files.add([path]);
  await files.hashes(folder, [path]);
  chmodSync(path, 0o600);
  await files.requireUnchanged();
  writeFileSync(path, 'two');
  expect((await errorOf(() => files.requireUnchanged())).code).toBe('extraction.input-changed');
  rmSync(path);
  expect((await errorOf(() => files.requireUnchanged())).message).toContain('was removed');
});

it('detects a change to a watched file before it was hashed', async () => {
  const folder = temporaryFolder();
  const path = writeFileIn(folder, 'data', 'one');
  const files = new WatchedFiles();
  await files.add([path]);
  writeFileSync(path, 'two');
  expect((await errorOf(() => files.hashes(folder, [path]))).code).toBe('extraction.input-changed');
});
