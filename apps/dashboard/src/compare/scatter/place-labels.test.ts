import { expect, test } from 'vitest';
import { clustersOf, placeLabels } from './place-labels.ts';

const label = (x: number, y: number, facet = '') => ({ facet, x, y, width: 40, isLeft: false });

test('labels make way for those before them, up to two lines', () => {
  const close = Array.from({ length: 6 }, () => label(10, 100));
  expect(placeLabels(close)).toEqual([0, -12, 12, -24, 24, undefined]);
  expect(placeLabels([label(0, 0), label(41, 0), label(0, 0, 'other')])).toEqual([0, 0, 0]);
});

test('marks of a name at one place share a label', () => {
  const mark = (name: string, y: number, facet = '') => ({ name, facet, x: 10, y });
  const marks = [
    mark('mean', 100),
    mark('zero', 100),
    mark('mean', 102),
    mark('mean', 120),
    mark('mean', 100, 'b'),
  ];
  expect(clustersOf(marks).map((cluster) => cluster.map(({ y }) => y))).toEqual([
    [100, 102],
    [100],
    [120],
    [100],
  ]);
});
