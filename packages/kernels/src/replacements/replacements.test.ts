import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { CPU_BACKEND } from '../backend-name.ts';
import { useCpuBackend } from '../cpu-backend.ts';

beforeAll(async () => {
  await useCpuBackend();
});

const shapes = fc.constantFrom<[number[], number[]]>(
  ...([
    [[0, 3], [3]],
    [[1], []],
    [[5, 7], [7]],
    [
      [5, 1],
      [1, 7],
    ],
    [
      [13, 9],
      [13, 1],
    ],
    [[], [4, 3]],
    [
      [2, 3, 5],
      [3, 1],
    ],
    [
      [150, 130],
      [150, 130],
    ],
  ] as [number[], number[]][]),
);

/** Values with repetitions, so that comparisons see ties. */
const coarse = (shape: number[], seed: number) =>
  tf.randomNormal(shape, 0, 2, 'float32', seed).round().div<tf.Tensor>(2);

type Operation = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
const operations: Record<string, Operation> = {
  maximum: (a, b) => a.maximum(b),
  minimum: (a, b) => a.minimum(b),
  greater: (a, b) => a.greater(b),
  greaterEqual: (a, b) => a.greaterEqual(b),
  less: (a, b) => a.less(b),
  lessEqual: (a, b) => a.lessEqual(b),
  equal: (a, b) => a.equal(b),
  notEqual: (a, b) => a.notEqual(b),
  and: (a, b) => a.greater(0).logicalAnd(b.greater(0)),
  or: (a, b) => a.greater(0).logicalOr(b.greater(0)),
  not: (a) => a.greater(0).logicalNot(),
  where: (a, b) => tf.where(a.greater(0), a, a.mul(2)).add(b),
  pow: (a, b) => a.abs().pow(b),
  sign: (a) => a.sign(),
  exp: (a) => a.exp(),
  tanh: (a) => a.tanh(),
  sigmoid: (a) => a.sigmoid(),
  sqrt: (a) => a.abs().sqrt(),
  log: (a) => a.abs().add(0.1).log(),
  'sum of all': (a) => a.sum(),
  'sum of the first axis': (a) => (a.rank > 0 ? a.sum(0) : a.clone()),
  'sum of the last axis': (a) => (a.rank > 0 ? a.sum(-1, true) : a.clone()),
  'mean of outer axes': (a) => (a.rank === 3 ? a.mean([0, 2]) : a.size > 0 ? a.mean() : a.clone()),
  'mean of the first axis': (a) => (a.rank > 0 && a.size > 0 ? a.mean(0, true) : a.clone()),
  transpose: (a) => a.transpose(),
  'transpose of rank 3': (a) => (a.rank === 3 ? a.transpose([1, 2, 0]) : a.clone()),
  tile: (a) => a.tile(a.shape.map((_, axis) => 3 - (axis % 3))),
  'tile of integers': (a) => a.cast('int32').tile(a.shape.map(() => 2)),
  'gather of first': (a) =>
    a.size > 0 && a.rank > 0 ? a.gather(tf.tensor2d([[0, 0]], [1, 2], 'int32')) : a.clone(),
  'gather of last': (a) =>
    a.size > 0 && a.rank > 1
      ? a.gather(tf.tensor1d([a.shape.at(-1)! - 1, 0], 'int32'), a.rank - 1)
      : a.clone(),
};

test.each(Object.entries(operations))("%s equals tfjs's cpu backend", async (_, operation) => {
  const evaluate = async (backend: string, [first, second]: [number[], number[]], seed: number) => {
    await tf.setBackend(backend);
    return tf.tidy(() => {
      const out = operation(coarse(first, seed), coarse(second, seed + 1));
      return { shape: out.shape, dtype: out.dtype, values: Array.from(out.dataSync()) };
    });
  };
  await fc.assert(
    fc.asyncProperty(shapes, fc.integer({ min: 1, max: 1000 }), async (pair, seed) => {
      const expected = await evaluate('cpu', pair, seed);
      const received = await evaluate(CPU_BACKEND, pair, seed);
      expect({ ...received, values: [] }).toEqual({ ...expected, values: [] });
      received.values.forEach((x, i) => {
        const y = expected.values[i]!;
        const close = Object.is(x + 0, y + 0) || Math.abs(x - y) <= 1e-5 * Math.max(1, Math.abs(y));
        if (!close) expect.fail(`value ${i} is ${x}, expected ${y}`);
      });
    }),
    { numRuns: 20 },
  );
});

const POSITION_TESTED: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  exp: (x) => x.exp(),
  tanh: (x) => x.tanh(),
  sigmoid: (x) => x.sigmoid(),
  sqrt: (x) => x.abs().sqrt(),
  log: (x) => x.abs().log(),
  pow: (x) => x.abs().pow(1.7),
  'sum of rows': (x) => x.sum(1),
  'sum of columns': (x) => x.sum(0),
  'sum of all': (x) => x.sum(),
  mean: (x) => x.mean(),
};

test.each(Object.entries(POSITION_TESTED))(
  '%s has the same bits wherever its values are in memory',
  (_, operation) => {
    const x = tf.randomNormal([37, 129], 0, 1, 'float32', 1);
    const expected = operation(x).dataSync();
    for (let gap = 1; gap < 40; gap += 3) {
      // Blocks of odd sizes shift later allocations.
      tf.tidy(() => {
        const blocks = [tf.zeros([gap]), x.clone(), tf.zeros([2 * gap + 1])];
        expect(operation(blocks[1]!.add(0)).dataSync()).toEqual(expected);
      });
    }
  },
);

test('an index out of range is an error', () => {
  expect(() => tf.zeros([3, 2]).gather([3])).toThrow(/not in \[0, 2\]/);
});

test('segment ids outside the result are dropped', () => {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
  const sums = tf.unsortedSegmentSum(x, tf.tensor1d([1, -1, 5], 'int32'), 2);
  expect(sums.arraySync()).toEqual([
    [0, 0],
    [1, 2],
  ]);
});

test('a sum of two million values keeps six digits', () => {
  const x = tf.randomUniform([2048, 1024], 0, 1, 'float32', 1);
  const exact = (x.dataSync() as Float32Array).reduce((sum, value) => sum + value, 0);
  expect(Math.abs(x.sum().dataSync()[0]! / exact - 1)).toBeLessThan(1e-5);
});
