import { expect, test } from 'vitest';
import { placeLabels, type Labelled } from './place-labels.ts';

const label = (text: string, x: number, y: number, facet = ''): Labelled => ({
  facet,
  text,
  x,
  y,
  width: 40,
  isLeft: false,
});

test('labels make way for those before them, up to two lines', () => {
  const close = Array.from({ length: 6 }, (_, index) => label(`pca ${index}`, 10, 100));
  expect(placeLabels(close)).toEqual([0, -12, 12, -24, 24, undefined]);
  expect(placeLabels([label('a', 0, 0), label('b', 41, 0), label('c', 0, 0, 'other')])).toEqual([0, 0, 0]);
});

test('one label stands for marks of a name at one place', () => {
  const mean = [label('mean', 10, 100), label('mean', 10, 102), label('mean', 10, 120)];
  expect(placeLabels(mean)).toEqual([0, undefined, 0]);
});
