import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { geometricMedian, randomDirections, uniformTensor } from './init.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

describe('geometricMedian', () => {
  it('is not pulled away by an outlier, as the mean is', () => {
    const rows = [
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
      [1000, 1000],
    ];
    const median = geometricMedian({ shape: [5, 2], data: Float32Array.from(rows.flat()) }).dataSync();
    expect(Math.hypot(...median)).toBeLessThan(1);
  });

  it('is the point where the unit vectors to three corners add up to nothing', () => {
    // An equilateral triangle: its centre.
    const data = Float32Array.of(0, 0, 2, 0, 1, Math.sqrt(3));
    const median = geometricMedian({ shape: [3, 2], data }).dataSync();
    expect(median[0]).toBeCloseTo(1, 3);
    expect(median[1]).toBeCloseTo(1 / Math.sqrt(3), 3);
  });
});

it('draws directions of the norm asked for, and values within the bound', () => {
  const rows = randomDirections(50, 8, 0.1, seeded(0, 'directions')).arraySync();
  for (const row of rows) expect(Math.hypot(...row)).toBeCloseTo(0.1, 5);
  const values = uniformTensor([1000], 0.5, seeded(0, 'uniform')).dataSync();
  expect(Math.max(...values)).toBeGreaterThan(0.45);
  expect(Math.min(...values)).toBeLessThan(-0.45);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.5);
});
