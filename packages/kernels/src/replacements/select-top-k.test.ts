import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CPU_BACKEND } from '../backend-name.ts';
import { useCpuBackend } from '../cpu-backend.ts';
import { selectTopK, selectTopKByScatter } from './select-top-k.ts';

beforeAll(async () => {
  await useCpuBackend();
});

function reference(rows: number[][], k: number): number[][] {
  return rows.map((row) => {
    const order = row.map((_, i) => i).toSorted((i, j) => row[j]! - row[i]! || i - j);
    const kept = new Set(order.slice(0, k));
    return row.map((value, i) => (kept.has(i) && value > 0 ? value : 0));
  });
}

// A few distinct values produce ties; the others reach every digit of a float.
const finite = fc.oneof(
  fc.constantFrom(-2, -1, -0, 0, 0.5, 1, 1.5, 2 ** -149),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const value = fc.oneof(finite, fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));
const matrices = (element: fc.Arbitrary<number>) =>
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 70 })).chain(([height, width]) =>
    fc.array(fc.array(element, { minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  );

const ways = {
  'sae-cpu': { backend: CPU_BACKEND, select: selectTopK, rows: matrices(value) },
  // tfjs's own topk loses values of a row with an infinity.
  'tensor operations on sae-cpu': {
    backend: CPU_BACKEND,
    select: selectTopKByScatter,
    rows: matrices(finite),
  },
  'tensor operations on cpu': { backend: 'cpu', select: selectTopK, rows: matrices(finite) },
};

describe.each(Object.entries(ways))('%s', (_, { backend, select, rows }) => {
  test('keeps the k largest positive values of each row, ties to the lowest index', async () => {
    await tf.setBackend(backend);
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 80 }), (z, k) => {
        const selected = tf.tidy(() => select(tf.tensor2d(z), k).arraySync());
        // Adding 0 turns −0 into 0.
        expect(selected.map((row) => row.map((x) => x + 0))).toEqual(
          reference(z, k).map((r) => r.map((x) => x + 0)),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('keeps NaN of either sign', async () => {
    await tf.setBackend(backend);
    const bits = new Uint32Array([0x7fc00000, 0x3f800000, 0xffc00000, 0x40000000, 0x3f000000, 0]);
    const z = tf.tensor2d(new Float32Array(bits.buffer), [1, 6]);
    const selected = select(z, 3).dataSync();
    expect([selected[0], selected[2]]).toEqual([Number.NaN, Number.NaN]);
    expect(selected[5]).toBe(0);
  });

  test('empty tensors keep their shape', async () => {
    await tf.setBackend(backend);
    expect(select(tf.zeros([0, 4]), 2).shape).toEqual([0, 4]);
    expect(select(tf.zeros([3, 0]), 2).shape).toEqual([3, 0]);
  });
});

test('an error for a wrong k or shape says what to pass', () => {
  expect(() => selectTopK(tf.zeros([2, 3]), 1.5)).toThrow(/k: .*an integer of at least 0.*received 1\.5/);
  expect(() => selectTopK(tf.zeros([3]) as unknown as tf.Tensor2D, 1)).toThrow(
    /rank 2; received float32 of shape \[3\]/,
  );
});
