import { expect, test } from 'vitest';
import { placedAxes, withMoved } from './axis-order.ts';

const axes = ['a', 'b', 'c', 'd'].map((key) => ({ key }));
const keys = (list: readonly { key: string }[]) => list.map(({ key }) => key).join('');
const slots = { left: 10, gap: 100 };

test('an axis moves to an index, and not beyond the ends', () => {
  expect(keys(withMoved(axes, 'b', 3))).toBe('acdb');
  expect(keys(withMoved(axes, 'c', -5))).toBe('cabd');
  expect(keys(withMoved(axes, 'c', 9))).toBe('abdc');
  expect(keys(withMoved(axes, 'unknown', 1))).toBe('abcd');
});

test('a dragged axis is at the pointer, and the others make room once it is halfway', () => {
  const at = (x: number) => {
    const placed = placedAxes(axes, slots, { key: 'b', x });
    return [keys(placed.axes), placed.xs];
  };
  expect(placedAxes(axes, slots, undefined)).toEqual({ axes, xs: [10, 110, 210, 310] });
  expect(at(155)).toEqual(['abcd', [10, 155, 210, 310]]);
  expect(at(165)).toEqual(['acbd', [10, 110, 165, 310]]);
  expect(at(-50)).toEqual(['bacd', [10, 110, 210, 310]]);
  expect(at(999)).toEqual(['acdb', [10, 110, 210, 310]]);
});
