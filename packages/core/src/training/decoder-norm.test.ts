import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { projectOutRows, unitRows } from './decoder-norm.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

it('removes exactly the component of each gradient row along the decoder’s row', () => {
  const decoder = tf.tensor2d([1, 0, 0, 0.6, 0.8, 0], [2, 3]);
  const projected = projectOutRows(tf.tensor2d([3, 4, 5, 1, 0, 2], [2, 3]), decoder);
  expect(tf.sum(tf.mul(projected, decoder), 1).arraySync()).toEqual([0, expect.closeTo(0, 6)]);
  const expected = [0, 4, 5, 1 - 0.36, -0.48, 2];
  [...projected.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 6));
});

it('rescales all rows but zero rows to norm 1', () => {
  const rows = unitRows(tf.tensor2d([3, 4, 0, 0], [2, 2]));
  [...rows.dataSync()].forEach((value, i) => expect(value).toBeCloseTo([0.6, 0.8, 0, 0][i] as number, 6));
});
