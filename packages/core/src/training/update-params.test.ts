import { optimizer, useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import type { Params } from '../variant/contract.ts';
import { zeroMoments } from './adam.ts';
import { unitRows } from './decoder-norm.ts';
import { plainUpdate, updateParams, type UpdateArgs } from './update-params.ts';

beforeAll(() => useCpuBackend());
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const SHAPES: Record<string, number[]> = { W_dec: [37, 11], W_enc: [37, 11], b: [37], c: [3] };

function normal(seed: number): Params {
  const random = seeded(seed, 'update');
  return Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => [
      name,
      tf.tensor(
        Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
        shape,
      ),
    ]),
  );
}

function started(): Params {
  const params = normal(0);
  return { ...params, W_dec: unitRows(params['W_dec'] as tf.Tensor2D) };
}

const read = (params: Params): Record<string, number[]> =>
  Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, [...tensor.dataSync()]]));

/** The largest difference, relative to the largest value of its tensor. */
function difference(actual: Params, expected: Params): number {
  const each = Object.entries(expected).map(([name, tensor]) => {
    const error = tf.max(tf.abs(tf.sub(actual[name]!, tensor))).dataSync()[0]!;
    return error / tf.max(tf.abs(tensor)).dataSync()[0]!;
  });
  return Math.max(...each);
}

const loss = (value = 1): tf.Scalar => tf.scalar(value);
const settings: UpdateArgs['settings'] = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  gradientClip: null,
};

describe('an update by the compiled optimizer', () => {
  it.each([
    { unit: undefined, gradientClip: null },
    { unit: 'W_dec', gradientClip: null },
    { unit: 'W_dec', gradientClip: 0.5 },
    { unit: undefined, gradientClip: 1e6 },
  ])('equals the update of tfjs (unit: $unit, clip: $gradientClip)', ({ unit, gradientClip }) => {
    expect(optimizer()).toBeDefined();
    let plain = { params: started(), moments: zeroMoments(started()) };
    let fused = { params: started(), moments: zeroMoments(started()) };
    for (let step = 1; step <= 5; step++) {
      const args = {
        loss: loss(),
        gradients: normal(step),
        step,
        settings: { ...settings, gradientClip },
        unit,
      };
      const [expected, actual] = [plainUpdate({ ...args, ...plain }), updateParams({ ...args, ...fused })];
      expect(actual.norm.dataSync()[0]! / expected.norm.dataSync()[0]! - 1).toBeCloseTo(0, 6);
      [plain, fused] = [expected, actual];
    }
    expect(difference(fused.params, plain.params)).toBeLessThan(1e-5);
    expect(difference(fused.moments.m, plain.moments.m)).toBeLessThan(1e-5);
    expect(difference(fused.moments.v, plain.moments.v)).toBeLessThan(1e-5);
    if (unit === undefined) return;
    const norms = tf.norm(fused.params[unit]!, 2, 1).dataSync();
    norms.forEach((norm) => expect(norm).toBeCloseTo(1, 6));
  });

  it('does not change memory that it shares with another tensor', () => {
    const params = started();
    const kept: Params = { W_enc: tf.clone(params['W_enc']!), b: tf.reshape(params['b']!, [37, 1]) };
    const before = read(kept);
    const moments = zeroMoments(params);
    const update = { loss: loss(), params, moments, gradients: normal(1), step: 1, settings };
    const next = updateParams({ ...update, unit: undefined });
    expect(read(kept)).toEqual(before);
    expect(read(next.params)['W_enc']).not.toEqual(before['W_enc']);
  });

  it.each([
    { value: 1, broken: Number.NaN },
    { value: 1, broken: Infinity },
    { value: Number.NaN, broken: 0 },
  ])('changes nothing if the loss is $value and a gradient $broken', ({ value, broken }) => {
    const params = started();
    const before = read(params);
    const gradients = { ...normal(1), c: tf.tensor1d([0, broken, 0]) };
    const moments = zeroMoments(params);
    const update = { loss: loss(value), params, moments, gradients, step: 1, settings };
    const next = updateParams({ ...update, unit: 'W_dec' });
    expect(Number.isFinite(next.norm.dataSync()[0])).toBe(Number.isFinite(broken));
    expect(read(next.params)).toEqual(before);
  });
});
