import { expect, test } from 'vitest';
import { partsOf, wordsOf } from './words-of.ts';

test('a search is its words', () => {
  expect(wordsOf('  two  words\n')).toEqual(['two', 'words']);
  expect(wordsOf(' ')).toEqual([]);
});

test.each([
  ['Dates and dates', ['date'], ['', 'Date', 's and ', 'date', 's']],
  ['a.b', ['.'], ['a', '.', 'b']],
  ['updated', ['date', 'updated'], ['', 'updated', '']],
  ['nothing', [], ['nothing']],
])('marks in %j the words %j', (text, words, parts) => expect(partsOf(text, words)).toEqual(parts));
