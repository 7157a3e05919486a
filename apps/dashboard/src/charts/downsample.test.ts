import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { downsample } from './downsample.ts';

const curve = (values: number[]) => ({ steps: values.map((_, i) => i), values });
const long = (length: number) => curve(Array.from({ length }, (_, i) => Math.sin(i / 7) * i));

test('leaves a short curve unchanged', () => {
  const short = long(100);
  expect(downsample(short, 100)).toEqual(short);
});

test('keeps the ends, extremes and gaps of a long curve', () => {
  const { steps, values } = long(10_000);
  values[5000] = 1e9;
  values[5001] = -1e9;
  values[7000] = Number.NaN;
  const small = downsample({ steps, values }, 300);
  expect(small.steps.length).toBeLessThanOrEqual(450);
  expect(small.steps.at(-1)).toBe(9999);
  expect(small.values).toContain(1e9);
  expect(small.values).toContain(-1e9);
  expect(small.steps).toContain(7000);
});

test('returns points of the curve, in order of rising steps', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double(), { maxLength: 400 }),
      fc.integer({ min: 3, max: 50 }),
      (values, most) => {
        const small = downsample(curve(values), most);
        expect(small.values).toEqual(small.steps.map((step) => values[step]));
        expect(small.steps).toEqual([...new Set(small.steps)].toSorted((a, b) => a - b));
      },
    ),
  );
});

test('keeps the points of a growing curve', () => {
  const before = downsample(long(9000), 300);
  const after = downsample(long(9100), 300);
  // Except those of the last bucket, which was not full yet.
  expect(after.steps.slice(0, before.steps.length - 3)).toEqual(before.steps.slice(0, -3));
});
