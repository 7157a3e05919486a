import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import type { SaeTensor } from '../../sae/inference-sae.ts';
import { TILE } from '../unit-rows.ts';
import { similarRows } from './similar-rows.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const WIDTH = 6;

function matrix(rows: number, seed: number): SaeTensor {
  const random = seeded(seed, 'rows');
  return { shape: [rows, WIDTH], data: Float32Array.from({ length: rows * WIDTH }, () => random.normal()) };
}

function cosine(a: SaeTensor, i: number, b: SaeTensor, j: number): number {
  const [x, y] = [a.data.subarray(i * WIDTH), b.data.subarray(j * WIDTH)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let d = 0; d < WIDTH; d++) {
    xy += x[d]! * y[d]!;
    xx += x[d]! ** 2;
    yy += y[d]! ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

it('finds the most similar rows in all tiles', async () => {
  const [from, to] = [matrix(9, 1), matrix(2 * TILE + 5, 2)];
  const rows = [0, 3, 8];
  const found = await similarRows(from, rows, to, { count: 4, excludeSelf: false });
  rows.forEach((row, i) => {
    const expected = Array.from({ length: to.shape[0]! }, (_, other) => ({
      row: other,
      cosine: cosine(from, row, to, other),
    }))
      .toSorted((a, b) => b.cosine - a.cosine)
      .slice(0, 4);
    expect(found[i]!.map((one) => one.row)).toEqual(expected.map((one) => one.row));
    found[i]!.forEach((one, n) => expect(one.cosine).toBeCloseTo(expected[n]!.cosine, 5));
  });
});

it('leaves out the row itself, and finds nothing for a zero row', async () => {
  const rows = matrix(5, 3);
  rows.data.copyWithin(WIDTH, 0, WIDTH);
  rows.data.fill(0, 4 * WIDTH);
  const [first, zero] = await similarRows(rows, [0, 4], rows, { count: 2, excludeSelf: true });
  expect(first![0]!.row).toBe(1);
  expect(first!.map(({ row }) => row)).not.toContain(0);
  expect(zero).toEqual([]);
});
