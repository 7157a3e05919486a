/** Sparse and dense codes have equal values and gradients, whatever the shape of the problem. */
import { referenceKernels, sparseKernels, useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import type { Code, CodeOps } from './code.ts';
import { denseOps } from './dense-ops.ts';
import { select, type Selections } from './selection.ts';
import { referenceOps, sparseOps } from './sparse-ops.ts';
import { heaviside, jump } from './straight-through.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

// If a self-check fails, the reference kernels replace the compiled ones and would be compared with themselves.
it('has compiled kernels', () => expect(sparseKernels()).not.toBe(referenceKernels));

interface Problem {
  B: number;
  d: number;
  F: number;
  /** Few distinct values, so that ties are common. */
  ties?: boolean;
  /** Added to every pre-activation. Far below 0, all latents are inactive. */
  bias?: number;
}

const PROBLEMS: Record<string, Problem> = {
  'sizes that are not multiples': { B: 13, d: 7, F: 29 },
  'a multiple of everything': { B: 16, d: 8, F: 32 },
  ties: { B: 9, d: 3, F: 40, ties: true },
  'rows with fewer than k positive': { B: 11, d: 5, F: 23, bias: -2.5 },
  'all rows empty': { B: 5, d: 4, F: 12, bias: -1e6 },
  'one latent': { B: 6, d: 5, F: 1 },
  'one row': { B: 1, d: 5, F: 17 },
  'one dimension': { B: 6, d: 1, F: 9 },
};

/** The building blocks of the variants: losses over every kind of code, and the tensors they depend on. */
interface Inputs {
  x: tf.Tensor2D;
  W_enc: tf.Tensor2D;
  b_enc: tf.Tensor1D;
  b_dec: tf.Tensor1D;
  W_dec: tf.Tensor2D;
  theta: tf.Tensor1D;
  dead: tf.Tensor1D;
}
type Loss = (ops: CodeOps, inputs: Inputs, k: number) => tf.Scalar;

const encode = (ops: CodeOps, { x, W_enc, b_enc, b_dec }: Inputs, selections: Selections) =>
  ops.encode({ x, center: b_dec, W: W_enc, bias: b_enc, select: selections }) as Record<string, Code>;
const error = (x: tf.Tensor2D, y: tf.Tensor): tf.Scalar => tf.sum(tf.squaredDifference(x, y));

const LOSSES: Record<string, Loss> = {
  positive: (ops, inputs) => {
    const { code } = encode(ops, inputs, { code: select.positive() });
    return tf.add(error(inputs.x, ops.decode(code!, inputs.W_dec, inputs.b_dec)), code!.sum());
  },
  'topK, with the dead explaining the rest': (ops, inputs, k) => {
    const { code, aux } = encode(ops, inputs, {
      code: select.topK(k),
      aux: select.topK(2, { mask: inputs.dead }),
    });
    const main = error(inputs.x, ops.decode(code!, inputs.W_dec, inputs.b_dec));
    return tf.add(main, error(inputs.x, ops.decode(aux!, inputs.W_dec)));
  },
  batchTopK: (ops, inputs, k) => {
    const { code } = encode(ops, inputs, { code: select.batchTopK(k) });
    return error(inputs.x, ops.decode(code!, inputs.W_dec, inputs.b_dec));
  },
  'batchTopK of some, without bias': (ops, { x, W_enc, W_dec, dead }, k) => {
    const { code } = ops.encode({ x, W: W_enc, select: { code: select.batchTopK(k, { mask: dead }) } });
    return error(x, ops.decode(code, W_dec));
  },
  'threshold, jump and heaviside': (ops, inputs) => {
    const { theta, W_dec, b_dec, x } = inputs;
    const { z } = encode(ops, inputs, { z: select.threshold(theta, { window: 0.8 }) });
    const code = z!.map((values, at) => jump(values, at, 0.8), theta);
    const on = z!.map((values, at) => heaviside(values, at, 0.8), theta);
    return tf.add(error(x, ops.decode(code, W_dec, b_dec)), tf.square(on.sum()));
  },
  'map with vectors per latent, weighted sums, a frozen decoder': (ops, inputs) => {
    const { theta, b_enc, W_dec, b_dec, x } = inputs;
    const { u } = encode(ops, inputs, { u: select.threshold(tf.neg(b_enc)) });
    const f = u!.map((values, r, b) => tf.relu(tf.add(tf.mul(values, tf.exp(r)), b)), theta, b_enc);
    const frozen = error(x, ops.decode(f, W_dec, b_dec, { frozen: true }));
    const norms = tf.sqrt<tf.Tensor1D>(tf.add(tf.sum(tf.square(W_dec), 1), 0.1));
    return tf.addN<tf.Scalar>([frozen, f.sum(norms), tf.sum(tf.square(f.sumRows()))]);
  },
  prefixes: (ops, inputs, k) => {
    const { W_dec, b_dec, x } = inputs;
    const F = W_dec.shape[0];
    const bounds = [...new Set([Math.ceil(F / 4), Math.ceil(F / 2), F])];
    const { code } = encode(ops, inputs, { code: select.batchTopK(k) });
    return ops.sumSquaredError(x, code!, W_dec, b_dec, { bounds });
  },
  'prefixes that end before the last latent': (ops, inputs, k) => {
    const { W_dec, b_dec, x } = inputs;
    const { code } = encode(ops, inputs, { code: select.topK(k) });
    return ops.sumSquaredError(x, code!, W_dec, b_dec, { bounds: [Math.ceil(W_dec.shape[0] / 3)] });
  },
  'squared errors, with and without bias, one with a frozen decoder': (ops, inputs, k) => {
    const { W_dec, b_dec, x } = inputs;
    const { code, aux } = encode(ops, inputs, {
      code: select.topK(k),
      aux: select.topK(2, { mask: inputs.dead }),
    });
    return tf.addN<tf.Scalar>([
      ops.sumSquaredError(x, code!, W_dec, b_dec),
      tf.mul(3, ops.sumSquaredError(x, aux!, W_dec)),
      tf.mul(-0.5, ops.sumSquaredError(x, code!, W_dec, b_dec, { frozen: true })),
    ]);
  },
  'the matrix itself': (ops, inputs, k) => {
    const { code } = encode(ops, inputs, { code: select.topK(k) });
    return tf.sum(tf.square(code!.toDense()));
  },
};

function inputsOf({ B, d, F, ties = false, bias = 0 }: Problem, allDead: boolean): Inputs {
  const random = seeded(0, 'codes', B, d, F);
  const draw = <R extends tf.Rank>(shape: tf.ShapeMap[R]): tf.Tensor<R> => {
    const value = () => (ties ? Math.round(random.normal()) : random.normal());
    return tf.tensor<R>(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, value), shape);
  };
  const dead = Float32Array.from({ length: F }, (_, i) => Number(allDead || i % 3 === 0));
  return {
    x: draw([B, d]),
    W_enc: draw([F, d]),
    b_enc: tf.add<tf.Tensor1D>(draw<tf.Rank.R1>([F]), bias),
    b_dec: draw([d]),
    W_dec: draw([F, d]),
    theta: tf.abs(draw<tf.Rank.R1>([F])),
    dead: tf.tensor1d(dead),
  };
}

function valueAndGradients(
  loss: Loss,
  ops: CodeOps,
  inputs: Inputs,
  k: number,
): Record<string, Float32Array> {
  const { x: _x, dead: _dead, ...trained } = inputs;
  const names = Object.keys(trained);
  // tf.valueAndGrads would refuse a loss that does not depend on all of them.
  const { value, grads } = tf
    .engine()
    .gradients(() => loss(ops, inputs, k), Object.values(trained), undefined, true);
  const gradients = names.map((name, i) => [`∂${name}`, (grads[i] as tf.Tensor | null)?.dataSync() ?? []]);
  return { value: value.dataSync(), ...Object.fromEntries(gradients) };
}

describe.each(Object.entries(PROBLEMS))('%s', (_name, problem) => {
  describe.each(Object.entries(LOSSES))('%s', (_loss, loss) => {
    it.each([1, 3, problem.F])('k = %i', (k) => {
      for (const allDead of [false, true]) {
        const inputs = inputsOf(problem, allDead);
        const dense = valueAndGradients(loss, denseOps, inputs, k);
        for (const ops of [referenceOps, sparseOps]) {
          const sparse = valueAndGradients(loss, ops, inputs, k);
          for (const [name, expected] of Object.entries(dense)) {
            const actual = sparse[name]!;
            expect(actual.length, name).toBe(expected.length);
            const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
            const worst = expected.reduce(
              (most, value, i) => Math.max(most, Math.abs(value - actual[i]!)),
              0,
            );
            expect(worst / largest, name).toBeLessThanOrEqual(1e-5);
          }
        }
      }
    });
  });
});

describe.each(Object.entries(PROBLEMS))('reductions: %s', (_name, problem) => {
  it('agree', () => {
    const { x, W_enc: W, b_enc: bias } = inputsOf(problem, false);
    const [a, b, c] = [denseOps, referenceOps, sparseOps].map((ops) => {
      const { code } = ops.encode({
        x,
        W,
        bias,
        select: { code: select.threshold(tf.mul(tf.onesLike(bias), -0.3)) },
      });
      // Some entries of the support become 0. They do not count as active.
      const f = code.map((values) => tf.relu(values));
      return {
        dense: f.toDense().arraySync(),
        l0: f.countNonZero().arraySync(),
        fired: f.fired().arraySync(),
        smallest: f.smallestPositive().arraySync(),
      };
    });
    expect(a).toEqual(b);
    expect(a).toEqual(c);
  });
});
