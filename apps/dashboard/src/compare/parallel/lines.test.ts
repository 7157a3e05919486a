import { FIGURES } from '@sae-lab/measures';
import { expect, test } from 'vitest';
import { figureAxis } from '../brushes/axis.ts';
import type { CompareRow } from '../compare-row.ts';
import { lineOf, nearestLine, pathOf } from './lines.ts';

const frame = { xs: [10, 110], gap: 100, top: 0, bottom: 200, missing: 220 };
const row = (l0: number, mse?: number) =>
  ({ figures: { l0, ...(mse !== undefined && { mse }) } }) as unknown as CompareRow;
const rows = [row(1, 4), row(3, 2), row(2)];
const axes = [
  figureAxis(rows, { ...FIGURES.l0, key: 'l0' }),
  figureAxis(rows, { ...FIGURES.mse, key: 'mse' }),
];

test('a line has the height of each value, and one below the axes where it has none', () => {
  expect(rows.map((one) => lineOf(one, axes, frame))).toEqual([
    [200, 0],
    [0, 200],
    [100, 220],
  ]);
  expect(pathOf([[200, 0]], frame)).toBe('M10.0,200.0L110.0,0.0');
});

test('the nearest line is found between the axes, and none that is out of reach', () => {
  const lines = rows.map((one) => ({ one, line: lineOf(one, axes, frame) }));
  const at = (x: number, y: number) => nearestLine(lines, { x, y }, frame, 12)?.one;
  expect(at(10, 195)).toBe(rows[0]);
  expect(at(35, 48)).toBe(rows[1]);
  expect(at(110, 215)).toBe(rows[2]);
  expect(at(60, 50)).toBeUndefined();
  // Beyond the last axis, its own places count.
  expect(at(150, 3)).toBe(rows[0]);
});
