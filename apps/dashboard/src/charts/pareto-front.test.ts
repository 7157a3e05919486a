import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { paretoFront, type Point } from './pareto-front.ts';

const beats = (a: Point, b: Point) => a.x <= b.x && a.y >= b.y && (a.x < b.x || a.y > b.y);

test('smaller x and larger y are better', () => {
  const points = [
    { x: 1, y: 1 },
    { x: 2, y: 3 },
    { x: 3, y: 2 },
    { x: 4, y: 4 },
    { x: 2, y: 0 },
  ];
  expect(paretoFront(points)).toEqual([points[0], points[1], points[3]]);
});

test('keeps one of equal points and no point that is not finite', () => {
  expect(
    paretoFront([
      { x: Number.NaN, y: 9 },
      { x: 1, y: Infinity },
      { x: 1, y: 2 },
      { x: 1, y: 2 },
    ]),
  ).toEqual([{ x: 1, y: 2 }]);
  expect(paretoFront([])).toEqual([]);
});

test('ignores differences that are rounding', () => {
  const rounded = [
    { x: 32 - 1e-14, y: 0.7 },
    { x: 32, y: 0.8 },
    { x: 32 + 1e-14, y: 0.75 },
    { x: 40, y: 0.8 + 1e-14 },
    { x: 64, y: 0.9 },
  ];
  expect(paretoFront(rounded)).toEqual([rounded[1], rounded[4]]);
});

test('ignores differences that are rounding for the measure, near 0 too', () => {
  const noise = [
    { x: 0, y: 1e-17 },
    { x: 1, y: 2e-17 },
    { x: 2, y: 0.5 },
  ];
  expect(paretoFront(noise)).toHaveLength(3);
  expect(paretoFront(noise, { x: 1e-4, y: 1e-7 })).toEqual([noise[0], noise[2]]);
});

test('no point dominates the front, and the front dominates or equals every other point', () => {
  const coordinate = fc.integer({ min: 0, max: 8 });
  fc.assert(
    fc.property(fc.array(fc.record({ x: coordinate, y: coordinate })), (points) => {
      const front = paretoFront(points);
      for (const chosen of front) expect(points.some((other) => beats(other, chosen))).toBe(false);
      for (const point of points) {
        expect(
          front.some((chosen) => beats(chosen, point) || (chosen.x === point.x && chosen.y === point.y)),
        ).toBe(true);
      }
    }),
  );
});
