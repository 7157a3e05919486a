import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isLocked, lockCluster, notedSocketFolder } from './cluster-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sae-lab-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('holds the lock exactly as long as a process that inherited it is alive', async () => {
  const lock = lockCluster(folder, undefined)!;
  const heirs = [0, 1].map(() =>
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'ignore', 'ignore', lock.fd],
    }),
  );
  lock.release();
  for (const heir of heirs) {
    expect(lockCluster(folder, undefined)).toBeUndefined();
    heir.kill('SIGKILL');
    await once(heir, 'close');
  }
  expect(isLocked(folder)).toBe(false);
});

test('uses the recorded socket folder only for the original folder, not for a copy', () => {
  const lock = lockCluster(folder, undefined)!;
  lock.noteSocketFolder('/tmp/sae-lab-socket-x');
  lock.release();
  expect(notedSocketFolder(folder)).toBe('/tmp/sae-lab-socket-x');
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  expect(notedSocketFolder(copy)).toBeUndefined();
  rmSync(copy, { recursive: true });
});
