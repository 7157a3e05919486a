import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { useCpuBackend } from '../cpu-backend.ts';

beforeAll(async () => {
  await useCpuBackend();
});

const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(63, 64, 65, 128, 129, 200));
const product = fc.record({
  m: size,
  n: size,
  k: size,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  batch: fc.constantFrom<number[]>([], [1], [3], [2, 2]),
  seed: fc.integer({ min: 1, max: 1e6 }),
});
type Product = typeof product extends fc.Arbitrary<infer P> ? P : never;

function operands({ batch, m, n, k, transposeA, transposeB, seed }: Product) {
  return {
    a: tf.randomNormal([...batch, ...(transposeA ? [k, m] : [m, k])], 0, 1, 'float32', seed),
    b: tf.randomNormal([...batch, ...(transposeB ? [n, k] : [k, n])], 0, 1, 'float32', seed + 1),
  };
}

/** The product in float64, and for each element the scale of its rounding error. */
function reference({ batch, m, n, k, transposeA, transposeB }: Product, a: Float32Array, b: Float32Array) {
  const batches = batch.reduce((x, y) => x * y, 1);
  const values = new Float64Array(batches * m * n);
  const scales = new Float64Array(batches * m * n);
  for (let at = 0; at < values.length; at++) {
    const [i, row, column] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    for (let j = 0; j < k; j++) {
      const x = a[i * m * k + (transposeA ? j * m + row : row * k + j)]!;
      const y = b[i * n * k + (transposeB ? column * k + j : j * n + column)]!;
      values[at]! += x * y;
      scales[at]! += Math.abs(x * y);
    }
  }
  return { values, scales };
}

function expectClose(received: ArrayLike<number>, values: Float64Array, scales: Float64Array) {
  expect(received.length).toBe(values.length);
  for (let i = 0; i < values.length; i++) {
    if (!(Math.abs(received[i]! - values[i]!) <= 1e-6 * scales[i]! + 1e-7)) {
      expect.fail(`value ${i} is ${received[i]} instead of ${values[i]}`);
    }
  }
}

test('matMul equals the float64 product over shapes, transposes and ranks', () => {
  fc.assert(
    fc.property(product, (p) => {
      tf.tidy(() => {
        const { a, b } = operands(p);
        const out = tf.matMul(a, b, p.transposeA, p.transposeB);
        expect(out.shape).toEqual([...p.batch, p.m, p.n]);
        const { values, scales } = reference(p, a.dataSync() as Float32Array, b.dataSync() as Float32Array);
        expectClose(out.dataSync(), values, scales);
      });
    }),
    { numRuns: 150 },
  );
});

test('the gradient of a dictionary, computed by transposes, equals the float64 product', () => {
  for (const [m, n, k] of [
    [512, 16, 64],
    [531, 33, 150],
    [1024, 128, 512],
  ] as const) {
    tf.tidy(() => {
      const p: Product = { m, n, k, transposeA: true, transposeB: false, batch: [2], seed: 3 };
      const { a, b } = operands(p);
      const out = tf.matMul(a, b, true, false);
      expect(out.shape).toEqual([2, m, n]);
      const { values, scales } = reference(p, a.dataSync() as Float32Array, b.dataSync() as Float32Array);
      expectClose(out.dataSync(), values, scales);
    });
  }
});

test('fused matMul adds the bias to each row and applies relu', () => {
  fc.assert(
    fc.property(
      product,
      fc.constantFrom(...(['linear', 'relu', 'sigmoid', 'leakyrelu'] as const)),
      fc.boolean(),
      (shape, activation, hasBias) => {
        tf.tidy(() => {
          const p = { ...shape, batch: [] };
          const { a, b } = operands(p);
          const bias = tf.randomNormal([p.n], 0, 1, 'float32', p.seed + 2);
          const out = tf.fused.matMul({
            a: a,
            b: b,
            transposeA: p.transposeA,
            transposeB: p.transposeB,
            activation,
            leakyreluAlpha: 0.3,
            ...(hasBias ? { bias } : {}),
          });
          const { values, scales } = reference(p, a.dataSync() as Float32Array, b.dataSync() as Float32Array);
          expect(out.shape).toEqual([p.m, p.n]);
          const added = hasBias ? bias.dataSync() : new Float32Array(p.n);
          const activate = {
            leakyrelu: (x: number) => (x > 0 ? x : 0.3 * x),
            linear: (x: number) => x,
            relu: (x: number) => Math.max(x, 0),
            sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
          };
          const expected = values.map((value, i) => activate[activation](value + added[i % p.n]!));
          expectClose(
            out.dataSync(),
            expected,
            scales.map((scale, i) => scale + Math.abs(added[i % p.n]!)),
          );
        });
      },
    ),
    { numRuns: 150 },
  );
});

test('leading axes broadcast', () => {
  tf.tidy(() => {
    const a = tf.randomNormal([2, 1, 3, 4], 0, 1, 'float32', 1);
    const b = tf.randomNormal([1, 3, 4, 2], 0, 1, 'float32', 2);
    const out = tf.matMul(a, b).arraySync() as number[][][][];
    const [as, bs] = [tf.unstack(a.squeeze([1])), tf.unstack(b.squeeze([0]))];
    as.forEach((left, i) =>
      bs.forEach((right, j) => expect(out[i]![j]).toEqual(tf.matMul(left, right).arraySync())),
    );
  });
});

test('a fused relu keeps NaN', () => {
  const a = tf.tensor2d([[Number.NaN, 1]]);
  const out = tf.fused.matMul({ a, b: tf.tensor2d([[1], [1]]), activation: 'relu' });
  expect(out.dataSync()[0]).toBeNaN();
});

test('inner sizes that differ are an error', () => {
  expect(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3]))).toThrow(/inner/i);
});
