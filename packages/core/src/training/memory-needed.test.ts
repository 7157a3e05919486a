import { expect, it } from 'vitest';
import { fitsTraining, largestFitting, memoryNeeded, type TrainingSizes } from './memory-needed.ts';

const sizes: TrainingSizes = {
  dIn: 512,
  dSae: 65_536,
  batchSize: 4096,
  threads: 2,
  denseMatrices: 0,
};
const MATRIX = 4 * 512 * 65_536;
const VECTOR = 4 * 65_536;
const BATCH = 4 * 512 * 4096;

it('counts weights, moments, the batch, codes and, if codes are dense, gradients', () => {
  const slabs = 2 * (128 + 9) * VECTOR;
  expect(memoryNeeded(sizes).heap).toBe(6 * MATRIX + 3 * VECTOR + 3 * BATCH + slabs);
  expect(memoryNeeded({ ...sizes, threads: 16 }).heap).toBe(6 * MATRIX + 3 * VECTOR + 3 * BATCH + 8 * slabs);
  expect(memoryNeeded({ ...sizes, denseMatrices: 3 }).heap).toBe(
    8 * MATRIX + 4 * VECTOR + 3 * BATCH + 3 * 4096 * VECTOR,
  );
});

it('counts the copies outside the heap', () => {
  const { heap, process } = memoryNeeded(sizes);
  expect(process - heap).toBeGreaterThan(6 * MATRIX);
});

it.each([
  [{}, Infinity],
  [{ denseMatrices: 3, batchSize: 256 }, Infinity],
  [{ dIn: 16, threads: 1 }, Infinity],
  [{}, 2 ** 31],
])('finds the largest width and batch that fit with %o in %d bytes', (given, processBytes) => {
  for (const size of ['dSae', 'batchSize'] as const) {
    const large = { ...sizes, ...given, [size]: 2 ** 33 };
    expect(fitsTraining(large, processBytes)).toBe(false);
    const largest = largestFitting(size, large, processBytes);
    expect(fitsTraining({ ...large, [size]: largest }, processBytes)).toBe(true);
    expect(fitsTraining({ ...large, [size]: largest + 1 }, processBytes)).toBe(false);
  }
  expect(largestFitting('dSae', { ...sizes, batchSize: 2 ** 40 })).toBe(0);
});
