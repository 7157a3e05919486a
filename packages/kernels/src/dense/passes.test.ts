import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { densePasses, useCpuBackend } from '../index.ts';

beforeAll(async () => void (await useCpuBackend()));

/** No width is a multiple of the vector length, and the largest matrix has more rows than blocks. */
const SHAPES: [number, number][] = [
  [1, 1],
  [3, 13],
  [37, 70],
];
const numbers = ([rows, width]: [number, number], seed: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: rows * width }, (_, i) => Math.round(4 * Math.sin((i + 1) * seed))),
    [rows, width],
  );

describe.each(SHAPES)('matrices of %i × %i', (...shape) => {
  const passes = () => densePasses()!;

  it('positivePart is relu', () => {
    const a = numbers(shape, 1.7);
    expect(passes().positivePart(a).arraySync()).toEqual(tf.relu(a).arraySync());
  });

  it('whereOn keeps elements where the other matrix is positive', () => {
    const [a, values] = [numbers(shape, 0.9), numbers(shape, 2.3)];
    const expected = tf.where(tf.greater(values, 0), a, tf.zerosLike(a));
    expect(passes().whereOn(a, values).arraySync()).toEqual(expected.arraySync());
  });

  it('nonZeroColumns finds a single non-zero value in any row', () => {
    const [rows, width] = shape;
    for (const row of [0, rows >> 1, rows - 1]) {
      const column = (row * 5) % width;
      const numberAt = tf.buffer<tf.Rank.R2>([rows, width]);
      numberAt.set(-2, row, column);
      const found = Array.from(passes().nonZeroColumns(numberAt.toTensor()).dataSync());
      expect(found).toEqual(Array.from({ length: width }, (_, i) => Number(i === column)));
    }
  });
});

it('NaN is kept', () => {
  const a = tf.tensor2d([[Number.NaN, -1, 2, Number.NaN, 0, 0, 0, 0, Number.NaN]]);
  const [ones, passes] = [tf.onesLike(a), densePasses()!];
  const isThere = [1, 0, 1, 1, 0, 0, 0, 0, 1];
  expect(Array.from(passes.positivePart(a).dataSync())).toEqual([
    Number.NaN,
    0,
    2,
    Number.NaN,
    0,
    0,
    0,
    0,
    Number.NaN,
  ]);
  expect(Array.from(passes.whereOn(ones, a).dataSync())).toEqual(isThere);
  expect(Array.from(passes.nonZeroColumns(a).dataSync())).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 1]);
});
