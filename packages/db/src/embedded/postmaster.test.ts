import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromLsof, readPostmaster } from './postmaster.ts';

/** Writes a file and deletes it, repeatedly, until killed. */
const COMES_AND_GOES = `
  const { renameSync, rmSync, writeFileSync } = require('node:fs');
  const [file] = process.argv.slice(1);
  process.stdout.write('begun');
  for (;;) {
    writeFileSync(file + '.new', '4711\\n');
    renameSync(file + '.new', file);
    rmSync(file);
  }
`;

test('ignores a server that ends while its file is read', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sae-lab-postmaster-'));
  const other = spawn(process.execPath, ['-e', COMES_AND_GOES, join(data, 'postmaster.pid')]);
  try {
    await once(other.stdout, 'data');
    const found = Array.from({ length: 20_000 }, () => readPostmaster(data)?.pid);
    // Both states were seen, and no other.
    expect(new Set(found)).toEqual(new Set([4711, undefined]));
  } finally {
    other.kill('SIGKILL');
    await once(other, 'close');
    rmSync(data, { recursive: true });
  }
});

const { error } = spawnSync('lsof', ['-v']);
if (error) console.warn(`the test of lsof is skipped: ${error.message}`);

test.skipIf(error !== undefined)(
  'finds the working folder of a process with lsof on systems without /proc',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sae-lab-lsof-'));
    const other = spawn('sleep', ['60'], { cwd: folder });
    await once(other, 'spawn');
    expect(fromLsof(other.pid!)).toEqual({ command: 'sleep', workingFolder: realpathSync(folder) });
    other.kill();
    await once(other, 'close');
    expect(fromLsof(other.pid!)).toEqual({ command: '', workingFolder: '' });
    rmSync(folder, { recursive: true });
  },
);
