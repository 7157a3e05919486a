import { expect, test } from 'vitest';
import { placedAxes, withMoved } from './axis-order.ts';

const axes = ['a', 'b', 'c', 'd'].map((key) => ({ key }));
const keys = (list: readonly { key: string }[]) => list.map(({ key }) => key).join(' ');
const slots = { left: 10, gap: 100 };

test('an axis moves to an index, and not beyond the ends', () => {
  expect(keys(withMoved(axes, 'b', 3))).toBe('a c d b');
  expect(keys(withMoved(axes, 'c', -5))).toBe('c a b d');
  expect(keys(withMoved(axes, 'c', 9))).toBe('a b d c');
  expect(keys(withMoved(axes, 'unknown', 1))).toBe('a b c d');
});

test('a dragged axis is at the pointer, and the others make room once it is halfway', () => {
  const at = (x: number) => {
    const placed = placedAxes(axes, slots, { key: 'b', x });
    return [keys(placed.axes), placed.xs];
  };
  expect(placedAxes(axes, slots, undefined)).toEqual({ axes, xs: [10, 110, 210, 310] });
  expect(at(155)).toEqual(['a b c d', [10, 155, 210, 310]]);
  expect(at(165)).toEqual(['a c b d', [10, 110, 165, 310]]);
  expect(at(-50)).toEqual(['b a c d', [10, 110, 210, 310]]);
  expect(at(999)).toEqual(['a c d b', [10, 110, 210, 310]]);
});
