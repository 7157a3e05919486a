import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CPU_BACKEND } from '../backend-name.ts';
import { useCpuBackend } from '../cpu-backend.ts';

beforeAll(() => useCpuBackend());

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

const EQUATIONS: [string, number[][]][] = [
  [
    'bd,fd->bf',
    [
      [3, 4],
      [5, 4],
    ],
  ],
  [
    'bd,fd->fb',
    [
      [3, 4],
      [5, 4],
    ],
  ],
  [
    'gbd,gfd->gbf',
    [
      [2, 3, 4],
      [2, 5, 4],
    ],
  ],
  [
    'bd,bd->b',
    [
      [3, 4],
      [3, 4],
    ],
  ],
  ['i,j->ij', [[3], [4]]],
  [
    'bd,bd->',
    [
      [3, 4],
      [3, 4],
    ],
  ],
  [
    'bd,df->bf',
    [
      [3, 4],
      [4, 2],
    ],
  ],
  ['bdk->kb', [[3, 4, 2]]],
  ['bd->d', [[3, 4]]],
];

describe('einsum', () => {
  it.each(EQUATIONS)("%s equals tfjs's cpu backend, and has a gradient", async (equation, shapes) => {
    const operands = shapes.map((shape, i) => normal(shape, i + 1));
    const f = (...tensors: tf.Tensor[]) => tf.einsum(equation, ...tensors);
    const actual = f(...operands);
    await tf.setBackend('cpu');
    const expected = f(...operands);
    await tf.setBackend(CPU_BACKEND);
    expect(actual.shape).toEqual(expected.shape);
    expected.dataSync().forEach((value, i) => expect(actual.dataSync()[i]).toBeCloseTo(value, 5));

    const loss = (...tensors: tf.Tensor[]): tf.Scalar =>
      f(...tensors)
        .square()
        .sum();
    const gradients = tf.grads(loss)(operands);
    const step = 1e-2;
    operands.forEach((operand, i) => {
      const direction = normal(operand.shape, 10 + i);
      const at = (distance: number) =>
        loss(
          ...operands.map((other, j) => (j === i ? other.add(direction.mul(distance)) : other)),
        ).dataSync()[0]!;
      const measured = (at(step) - at(-step)) / (2 * step);
      const computed = gradients[i]!.mul(direction).sum().dataSync()[0]!;
      expect(gradients[i]!.shape).toEqual(operand.shape);
      expect(Math.abs(measured - computed)).toBeLessThan(1e-2 * Math.max(1, Math.abs(computed)));
    });
  });

  it.each(['bd,fd', 'bb->b', 'bd,fd->bq', 'bdx,fd->bf', '...d->d'])('%s is an error', (equation) => {
    const tensors = equation.split(',').map(() => normal([3, 3], 1));
    const kernel = tf.getKernel('Einsum', CPU_BACKEND);
    const run = () =>
      kernel.kernelFunc({
        inputs: Object.fromEntries(tensors.entries()) as never,
        attrs: { equation },
        backend: tf.backend(),
      });
    expect(run).toThrow(expect.objectContaining({ code: 'kernels.einsum' }));
  });
});
