import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketSize, coarser, fill } from './curve-buckets.ts';

test('the size of buckets is the smallest power of two that is enough', () => {
  expect(bucketSize(0, 299, 300)).toBe(1);
  expect(bucketSize(0, 300, 300)).toBe(2);
  // Two buckets of 4 would do for five steps, unless an edge is between them.
  expect(bucketSize(3, 8, 2)).toBe(8);
});

const curve = fc
  .uniqueArray(fc.nat(500), { minLength: 1, maxLength: 80 })
  .map((steps) => steps.toSorted((a, b) => a - b))
  .chain((steps) =>
    fc.record({
      steps: fc.constant(steps),
      values: fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Number.NaN)), {
        minLength: steps.length,
        maxLength: steps.length,
      }),
      cut: fc.nat(steps.length),
      power: fc.nat(5),
    }),
  );

test('points that arrive later, and larger buckets, give the buckets of all points at once', () => {
  fc.assert(
    fc.property(curve, ({ steps, values, cut, power }) => {
      const size = 2 ** power;
      const head = fill([], { steps: steps.slice(0, cut), values: values.slice(0, cut) }, { size });
      const grown = fill(head, { steps: steps.slice(cut), values: values.slice(cut) }, { size });
      expect(grown).toEqual(fill([], { steps, values }, { size }));
      expect(coarser(grown, 4 * size)).toEqual(fill([], { steps, values }, { size: 4 * size }));
    }),
  );
});

test('a window leaves out what is outside of it', () => {
  const points = { steps: [0, 1, 2, 3, 4], values: [0, 1, 2, 3, 4] };
  expect(fill([], points, { size: 2, from: 1, until: 4 })).toEqual([
    { start: 0, min: 1, max: 1, last: 1 },
    { start: 2, min: 2, max: 3, last: 3 },
  ]);
});
