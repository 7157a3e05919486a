import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
