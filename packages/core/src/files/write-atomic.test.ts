import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asWriteError, removeWritten, writeAtomic } from './write-atomic.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sae-lab-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The files that a writer of `a` leaves in the folder if it is killed halfway. */
function killedWriter(): string[] {
  const script = `
    import { writeAtomic } from ${JSON.stringify(new URL('write-atomic.ts', import.meta.url).href)};
    await writeAtomic(${JSON.stringify(join(folder, 'a'))}, async (file) => {
      await file.writeFile('half');
      process.kill(process.pid, 'SIGKILL');
    });`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(signal).toBe('SIGKILL');
  return readdirSync(folder).filter((name) => name.endsWith('.tmp'));
}

describe('writeAtomic', () => {
  it('removes the remains of a killed writer of the same file, but not those of other files or live writers', async () => {
    writeFileSync(join(folder, 'a'), 'whole');
    const [left] = killedWriter();
    expect(left).toBeDefined();
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('whole');
    await writeAtomic(join(folder, 'b'), 'another file');
    expect(readdirSync(folder)).toContain(left);

    const living = left!.replace(/\d+@/, `${process.pid}@`);
    writeFileSync(join(folder, living), 'still being written');
    await writeAtomic(join(folder, 'a'), 'new');
    expect(readdirSync(folder).toSorted()).toEqual(['a', living, 'b'].toSorted());
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new');
  });

  it('flushes the whole file to the disk before it gets its name', async () => {
    const path = join(folder, 'a');
    const flushed: [number, boolean][] = [];
    await writeAtomic(path, async (file) => {
      const flush = file.sync.bind(file);
      file.sync = async () => {
        await flush();
        flushed.push([(await file.stat()).size, existsSync(path)]);
      };
      await file.writeFile('whole');
    });
    expect(flushed).toEqual([['whole'.length, false]]);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('leaves only the old file if the write fails', async () => {
    const path = join(folder, 'a');
    await writeAtomic(path, 'old');
    const failing = writeAtomic(path, async (file) => {
      await file.writeFile('half');
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    });
    await expect(failing).rejects.toMatchObject({ code: 'files.disk-full', details: { field: path } });
    expect(readdirSync(folder)).toEqual(['a']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe('a write refused by the operating system', () => {
  it('names the path if it is a folder, and leaves nothing behind', async () => {
    mkdirSync(join(folder, 'a', 'inner'), { recursive: true });
    await expect(writeAtomic(join(folder, 'a'), 'x')).rejects.toMatchObject({
      code: 'files.not-a-file',
      details: { field: join(folder, 'a') },
    });
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('names the file and the limit it exceeds', () => {
    const path = join(folder, 'a');
    const script = `
      import { writeAtomic } from ${JSON.stringify(new URL('write-atomic.ts', import.meta.url).href)};
      await writeAtomic(${JSON.stringify(path)}, new Uint8Array(1e6)).catch(({ code, details }) =>
        console.log(JSON.stringify({ code, ...details })));`;
    const command = 'ulimit -f 64; exec "$0" --input-type=module -e "$1"';
    const { stdout } = spawnSync('bash', ['-c', command, process.execPath, script], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ code: 'files.too-large', field: path });
    expect(stdout).toContain('ulimit -f');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('removeWritten', () => {
  it('removes the file and the remains of killed writers', async () => {
    writeFileSync(join(folder, 'a'), 'whole');
    killedWriter();
    await removeWritten(join(folder, 'a'));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('asWriteError', () => {
  it.each([
    ['EROFS', 'files.not-writable'],
    ['EACCES', 'files.not-writable'],
    ['EDQUOT', 'files.disk-full'],
    ['EFBIG', 'files.too-large'],
    ['EIO', 'files.not-written'],
  ])('turns %s into %s, with the file', (code, expected) => {
    const error = Object.assign(new Error(code), { code, syscall: 'write' });
    expect(asWriteError(error, '/x/y')).toMatchObject({ code: expected, details: { field: '/x/y' } });
  });

  it("keeps the operating system's message for other codes, and passes other errors through", () => {
    const failed = Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO', syscall: 'write' });
    expect(asWriteError(failed, 'x')).toMatchObject({
      code: 'files.not-written',
      message: expect.stringContaining('x: cannot be written: EIO'),
    });
    const other = new Error('not from the system');
    expect(asWriteError(other, 'x')).toBe(other);
  });
});
