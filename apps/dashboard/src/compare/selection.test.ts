import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { idFilter, parseSelection, selectionText } from './selection.ts';

test('ids survive the address, in runs as ranges', () => {
  expect(selectionText([9, 1, 2, 3, 5, 6])).toBe('1-3,5,6,9');
  expect(selectionText(Array.from({ length: 500 }, (_, i) => i + 7))).toBe('7-506');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 })), (ids) => {
      const { ids: read, hashes, unread } = parseSelection(selectionText(ids));
      expect(read).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
      expect([...hashes, ...unread]).toEqual([]);
    }),
  );
});

test('reads hashes, and names what it cannot read', () => {
  expect(parseSelection(' 4, ABCDEF12 ,, abcdef12,2-3')).toEqual({
    ids: [2, 3, 4],
    hashes: ['abcdef12'],
    unread: [],
  });
  expect(parseSelection('0,3-1,1-,x,1-2-3,1-999999999,abc').unread).toEqual([
    '0',
    '3-1',
    '1-',
    'x',
    '1-2-3',
    '1-999999999',
    'abc',
  ]);
});

test('the filter of a list of ids is read back as the same ids', () => {
  expect(idFilter([5, 1, 2, 3])).toBe('id in (1-3, 5)');
});
