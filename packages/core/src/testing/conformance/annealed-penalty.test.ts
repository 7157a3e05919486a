/** Conformance follows schedules: it refuses an annealed penalty whose gradient is right only in the first step. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { withGradient } from '../../codes/with-gradient.ts';
import { plainVariant, type PlainVariant } from '../plain-variant.ts';
import { CHECKS } from './index.ts';

const gradientCheck = CHECKS['has gradients that match finite differences'];
const hyper = { l1: 0.05, decoderNorm: 'unit' } as const;

/** Applied to each activation. */
type Elementwise = (f: tf.Tensor2D, p: number) => tf.Tensor2D;

/** Mean over the batch of Σ_i value(f_i, p), p annealed from 1 to 0.5, with a hand-written gradient. */
const annealed = (value: Elementwise, derivative: Elementwise): PlainVariant => ({
  ...plainVariant,
  losses: {
    ...plainVariant.losses,
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute({ x, encoded: { code }, step, totalSteps }) {
        const p = 1 - (0.5 * step) / (totalSteps - 1);
        const penalty = code.map((f) =>
          withGradient(
            [f],
            () => ({ value: value(f, p), saved: [f] }),
            (dy, [saved]) => [tf.mul(dy, derivative(saved, p))],
          ),
        );
        return tf.div(penalty.sum(), x.shape[0]);
      },
    },
  },
});

/** p·(f + ε)^(p − 1) */
const power = (f: tf.Tensor2D, p: number, epsilon: number): tf.Tensor2D =>
  tf.mul(tf.pow(tf.add(f, epsilon), p - 1), p);

describe.each([1e-2, 1e-4, 1e-6, 1e-8])('(f + ε)^p with ε = %d', (epsilon) => {
  const value: Elementwise = (f, p) => tf.pow(tf.add(f, epsilon), p);
  const derivative: Elementwise = (f, p) => power(f, p, epsilon);

  it('is accepted', async () => {
    await expect(gradientCheck(annealed(value, derivative), hyper)).resolves.toBeUndefined();
  });

  it.each<[fault: string, variant: PlainVariant]>([
    ['the derivative of p = 1', annealed(value, (f) => tf.onesLike(f))],
    ['a derivative without the factor p', annealed(value, (f, p) => tf.div(derivative(f, p), p))],
    ['a derivative without ε', annealed(value, (f, p) => power(f, p, 0))],
    ['a value without ε', annealed((f, p) => tf.pow(f, p), derivative)],
  ])('%s is refused', async (_fault, wrong) => {
    await expect(gradientCheck(wrong, hyper)).rejects.toMatchObject({
      code: 'variant.nonconforming',
      message: expect.stringMatching(/in step (50|99) of 100/) as string,
    });
  });
});

it.each(Object.entries(CHECKS))('a correct penalty passes: %s', async (_name, check) => {
  const right = annealed(
    (f, p) => tf.pow(tf.add(f, 1e-4), p),
    (f, p) => power(f, p, 1e-4),
  );
  await expect(check(right, hyper)).resolves.toBeUndefined();
});
