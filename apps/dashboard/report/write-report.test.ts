import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeReport } from './write-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sae-lab-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hide = (text: string): string => text.replaceAll('secret', '…');

test('a report replaces the one before, and touches no other file', async () => {
  await writeReport(
    folder,
    [
      { path: 'index.html', content: 'a secret' },
      { path: 'data/x.csv', content: '1' },
    ],
    hide,
  );
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).toBe('a …');
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  await writeReport(folder, [{ path: 'index.html', content: new Uint8Array([98]) }], hide);
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).toBe('b');
  expect(readdirSync(join(folder, 'data'))).toEqual([]);
  expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('mine');
});

test('a missing folder appears whole, and what a killed writer left is removed', async () => {
  const target = join(folder, 'new');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  mkdirSync(`${target}.${dead}.part`);
  mkdirSync(`${target}.1.part`);
  const failing = (): string => {
    expect(readdirSync(folder)).toEqual(['new.1.part', `new.${process.pid}.part`]);
    throw new Error('stopped');
  };
  const files = [{ path: 'data/x.csv', content: '1' }];
  await expect(writeReport(target, files, failing)).rejects.toThrow('stopped');
  expect(readdirSync(folder)).toEqual(['new.1.part']);
  await writeReport(target, files, hide);
  expect(readdirSync(folder).toSorted()).toEqual(['new', 'new.1.part']);
  // An earlier report stays as it is until the new one is complete.
  await expect(
    writeReport(target, [{ path: 'y', content: '' }], () => failWith('ENOSPC')),
  ).rejects.toMatchObject({ code: 'files.disk-full' });
  expect(readdirSync(target).toSorted()).toEqual(['data', 'report.json']);
});

function failWith(code: string): never {
  throw Object.assign(new Error(code), { code, syscall: 'write' });
}

test('a file in the way is named', async () => {
  writeFileSync(join(folder, 'file'), '');
  for (const target of [join(folder, 'file'), join(folder, 'file', 'below')]) {
    await expect(writeReport(target, [{ path: 'x', content: '' }], hide)).rejects.toMatchObject({
      code: 'files.not-a-folder',
    });
  }
});

test('a folder of other files is refused', async () => {
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  await expect(writeReport(folder, [], hide)).rejects.toMatchObject({ code: 'report.not-a-report' });
});

test('a changed list removes nothing outside the folder', async () => {
  const outside = `${folder}.txt`;
  writeFileSync(outside, 'mine');
  try {
    const files = [`../${outside.split('/').at(-1)!}`, outside, 'data/../../x', '.', ''];
    writeFileSync(join(folder, 'report.json'), JSON.stringify({ files }));
    await writeReport(folder, [{ path: 'index.html', content: '' }], hide);
    expect(readFileSync(outside, 'utf8')).toBe('mine');
  } finally {
    rmSync(outside);
  }
});
