import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { SaeLabError } from '@sae-lab/errors';
import { expect, test } from 'vitest';
import { heapBytes, useCpuBackend } from '../cpu-backend.ts';
import { selectTopK } from '../replacements/select-top-k.ts';

// Memory that is allocated but never written takes no physical memory.
test('a tensor beyond 4 GiB is an error, and one above 2 GiB works like any other', async () => {
  await useCpuBackend();
  const backend = tf.backend() as BackendWasm;
  const before = tf.tensor1d([1, 2, 3]);

  const failure = (elements: number): unknown => {
    try {
      return backend.makeOutput([elements], 'float32');
    } catch (error) {
      return error;
    }
  };
  // 4 GiB and 16 bytes: its size as an unsigned 32-bit number is 16.
  const tooLarge = failure(2 ** 30 + 4);
  expect(tooLarge).toBeInstanceOf(SaeLabError);
  expect(tooLarge).toMatchObject({ code: 'kernels.out-of-memory' });

  const filler = backend.makeOutput([(3 * 2 ** 30) / 4], 'float32');
  expect(heapBytes()).toBeGreaterThan(3 * 2 ** 30);
  for (const gibibytes of [3, 2, 1, 1]) {
    expect(failure((gibibytes * 2 ** 30) / 4)).toMatchObject({ code: 'kernels.out-of-memory' });
  }

  tf.tidy(() => {
    // Larger than any gap below the filler. Integers, so that sums are exact.
    const a = tf.range(0, 5e6).mod(7).reshape<tf.Tensor2D>([5000, 1000]);
    const b = tf.range(0, 4000).mod(5).reshape<tf.Tensor2D>([1000, 4]);
    expect(backend.getMemoryOffset(a.dataId)).toBeGreaterThan(2 ** 31);
    const compute = () => a.matMul(b).maximum(5990).sum(0).dataSync();
    const product = compute();
    expect(product[0]).toBeGreaterThan(5000 * 5990);
    expect(selectTopK(a, 3).sum().dataSync()[0]).toBe(5000 * 3 * 6);
    backend.disposeData(filler.dataId);
    expect(compute()).toEqual(product);
    // The filler's memory is reused.
    const again = backend.makeOutput([(2 * 2 ** 30) / 4], 'float32');
    expect(backend.getMemoryOffset(again.dataId)).toBeLessThan(2 ** 30);
    backend.disposeData(again.dataId);
  });
  expect(Array.from(before.dataSync())).toEqual([1, 2, 3]);
});

test('a tensor of any size starts at a cache line', async () => {
  await useCpuBackend();
  const backend = tf.backend() as BackendWasm;
  tf.tidy(() => {
    for (const size of [1, 2, 3, 5, 17, 1000]) {
      expect(backend.getMemoryOffset(tf.zeros([size]).dataId) % 64).toBe(0);
    }
  });
});
