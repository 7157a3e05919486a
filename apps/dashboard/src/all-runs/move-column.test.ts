import { expect, test } from 'vitest';
import { moveColumn, stepColumn } from './move-column.ts';

const order = { shown: ['a', 'b', 'c', 'd'], pinned: ['a', 'b'] };

test('a column goes before or after another', () => {
  expect(moveColumn(order, 'd', 'c', 'before').shown).toEqual(['a', 'b', 'd', 'c']);
  expect(moveColumn(order, 'c', 'd', 'after').shown).toEqual(['a', 'b', 'd', 'c']);
  expect(moveColumn(order, 'c', 'c', 'after')).toEqual(order);
});

test('next to a pinned column it is pinned, next to another it is not', () => {
  expect(moveColumn(order, 'd', 'a', 'after').pinned).toEqual(['a', 'd', 'b']);
  expect(moveColumn(order, 'a', 'c', 'after')).toEqual({ shown: ['b', 'c', 'a', 'd'], pinned: ['b'] });
});

test('a step stays among the pinned columns or among the others', () => {
  expect(stepColumn(order, 'c', 1).shown).toEqual(['a', 'b', 'd', 'c']);
  expect(stepColumn(order, 'c', -1)).toEqual(order);
  expect(stepColumn(order, 'b', -1).pinned).toEqual(['b', 'a']);
  expect(stepColumn(order, 'b', 1)).toEqual(order);
});
