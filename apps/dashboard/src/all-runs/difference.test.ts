import { expect, test } from 'vitest';
import { differenceOf } from './difference.ts';
import { columnOf } from './table-columns.ts';

const column = (key: string) => columnOf({ key, kind: 'figure', type: 'number' });
const of = (key: string, value: unknown, baseline: unknown) =>
  differenceOf(column(key), value as number, baseline as number);

test('a difference has its sign, the digits of its measure, and says which end is better', () => {
  expect(of('explained_variance', 0.91, 0.9)).toEqual({ text: '+0.0100', verdict: 'better' });
  expect(of('explained_variance', 0.9, 0.91)).toEqual({ text: '−0.0100', verdict: 'worse' });
  expect(of('l0', 30, 32.5)).toEqual({ text: '−2.5', verdict: 'better' });
  expect(of('l2_ratio', 1, 0.9)).toEqual({ text: '+0.100', verdict: 'neither' });
});

test('a difference that rounds to nothing shows as ±0', () => {
  expect(of('l0', 32.000_000_1, 32)).toEqual({ text: '±0', verdict: 'neither' });
  expect(of('mse', 0.5, 0.5)).toEqual({ text: '±0', verdict: 'neither' });
});

test('a missing or infinite value has no difference', () => {
  expect(of('l0', null, 1)).toBeUndefined();
  expect(of('l0', 1, undefined)).toBeUndefined();
  expect(of('l0', 'Infinity', 1)).toBeUndefined();
  expect(differenceOf(columnOf({ key: 'hook', kind: 'field', type: 'text' }), 'a', 'b')).toBeUndefined();
});
