import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { CPU_BACKEND } from '../backend-name.ts';
import { useCpuBackend } from '../cpu-backend.ts';

beforeAll(async () => {
  await useCpuBackend();
});

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

test('gradients of a two-layer net equal finite differences', () => {
  const x = normal([7, 5], 1) as tf.Tensor2D;
  const parameters = [normal([5, 6], 2), normal([6], 3), normal([6, 5], 4), normal([5], 5)];
  const loss = (...[w1, b1, w2, b2]: tf.Tensor[]) => {
    const hidden = x.matMul(w1!).add(b1!).tanh();
    return hidden.matMul(w2!).add(b2!).sub(x).square().sum(1).mean<tf.Scalar>();
  };
  const gradients = tf.grads(loss)(parameters);
  const step = 1e-2;
  parameters.forEach((_, i) => {
    const direction = normal(parameters[i]!.shape, 10 + i);
    const at = (distance: number) =>
      loss(...parameters.map((p, j) => (j === i ? p.add(direction.mul(distance)) : p))).dataSync()[0]!;
    const measured = (at(step) - at(-step)) / (2 * step);
    const computed = gradients[i]!.mul(direction).sum().dataSync()[0]!;
    expect(Math.abs(measured - computed)).toBeLessThan(1e-2 * Math.max(1, Math.abs(computed)));
  });
});

const row = () => tf.tensor1d([0.3, -0.6, 0.9]);
const weights = () => tf.tensor2d([0.5, -1.2, 2.3, 0.7, 0.1, -0.4], [3, 2]);
const stop = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => [tf.zerosLike(dy)],
}));

/** The operations of ordinary dense code, on a [2, 3] tensor. */
const operations: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  relu: (x) => x.relu(),
  abs: (x) => x.abs(),
  'sum of all': (x) => x.sum(),
  'sum of rows': (x) => x.sum(1, true),
  'sum of columns': (x) => x.sum(0),
  'mean of all': (x) => x.mean(),
  'mean of columns': (x) => x.mean(0),
  square: (x) => x.square(),
  'mul row': (x) => x.mul(row()),
  'mul column': (x) => x.mul(tf.tensor2d([[2], [3]])),
  'mul scalar': (x) => x.mul(3),
  'add row': (x) => x.add(row()),
  'sub row': (x) => x.sub(row()),
  'div row': (x) => x.div(row()),
  exp: (x) => x.exp(),
  log: (x) => x.abs().log(),
  sqrt: (x) => x.abs().sqrt(),
  softplus: (x) => x.softplus(),
  sigmoid: (x) => x.sigmoid(),
  tanh: (x) => x.tanh(),
  maximum: (x) => tf.maximum(x, row()),
  minimum: (x) => tf.minimum(x, 0.2),
  where: (x) => tf.where(tf.greater(row().expandDims(0).tile([2, 1]), 0), x, x.mul(2)),
  clip: (x) => x.clipByValue(-0.5, 0.5),
  'gather rows': (x) => x.gather([0, 1, 1, 0]),
  'gather columns': (x) => x.gather([2, 0, 2], 1),
  slice: (x) => x.slice([0, 1], [2, 2]),
  concat: (x) => tf.concat([x, x.mul(2)], 1),
  transpose: (x) => x.transpose(),
  matMul: (x) => x.matMul(weights()),
  'matMul of transposes': (x) => tf.matMul(weights(), x, true, true),
  'fused matMul': (x) =>
    tf.fused.matMul({
      a: x,
      b: weights(),
      bias: tf.tensor1d([0.1, 0.2]),
      activation: 'relu',
    }),
  step: (x) => x.step().mul(x),
  tile: (x) => x.tile([2, 3]),
  broadcastTo: (x) => x.sum(0, true).broadcastTo([4, 3]),
  norm: (x) => x.norm('euclidean', 1),
  pow: (x) => x.abs().pow(1.5),
  max: (x) => x.max(1),
  'stopped gradient': (x) => stop(x).mul(x),
  unsortedSegmentSum: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 1], 'int32'), 3),
};

test.each(Object.entries(operations))("%s has the value and gradient of tfjs's cpu backend", async (_, f) => {
  const evaluate = async (backend: string) => {
    await tf.setBackend(backend);
    const x = tf.tensor2d([0.5, -1.2, 2.3, 0.7, 0.1, -0.4], [2, 3]);
    return [f(x), tf.grad((z) => f(z).square().sum())(x)].map(
      (t) => [t.shape, Array.from(t.dataSync())] as const,
    );
  };
  const expected = await evaluate('cpu');
  const received = await evaluate(CPU_BACKEND);
  expected.forEach(([shape, values], i) => {
    expect(received[i]![0]).toEqual(shape);
    values.forEach((value, j) => expect(received[i]![1][j]).toBeCloseTo(value, 4));
  });
});
