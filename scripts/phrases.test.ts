import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findPhrases, PHRASES } from './phrases.ts';

const found = (text: string): string[] => findPhrases(text).map((finding) => finding.found);

it('names the line, the column, the phrase and what to write', () => {
  expect(findPhrases('Fine.\nIn place of it more is allocated.')).toEqual([
    { line: 2, column: 1, found: 'In place of', instead: '"instead of"' },
  ]);
});

it('finds a phrase that a line break splits in markdown and in comments', () => {
  expect(found('in place\nof it')).toEqual(['in place of']);
  expect(found('/**\n * in place\n * of it\n */')).toEqual(['in place of']);
  expect(found('  // in\n  // place of it')).toEqual(['in place of']);
  expect(found('# in place\n# of it')).toEqual(['in place of']);
});

it('accepts ordinary English next to the list', () => {
  for (const text of [
    'There is no GPU.',
    'It is no longer used.',
    'in one place of many',
    'Besides, it lies.',
    'when it comes to speed',
    'to go on',
  ]) {
    expect(found(text)).toEqual([]);
  }
});

it('knows exactly the phrases in the table of docs/style.md', () => {
  const page = readFileSync(new URL('../docs/style.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('| do not write'), page.indexOf('### Before and after'));
  const listed = table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1]!);
  expect(listed.filter((cell) => found(cell).length === 0)).toEqual([]);
  expect(PHRASES.filter(({ pattern }) => !listed.some((cell) => cell.match(pattern)))).toEqual([]);
});
