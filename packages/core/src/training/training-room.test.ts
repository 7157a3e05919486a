import { expect, it } from 'vitest';
import { fitsTraining, trainingRoom } from './training-room.ts';

it('counts weights, moments and, where they are clipped, gradients, and the batch', () => {
  const sizes = { dIn: 512, dSae: 65_536, batchSize: 4096 };
  expect(trainingRoom({ ...sizes, gradientClip: null })).toBe(6 * 2 ** 27 + 3 * 2 ** 23);
  expect(trainingRoom({ ...sizes, gradientClip: 1 })).toBe(8 * 2 ** 27 + 3 * 2 ** 23);
});

it.each([null, 1])('finds the largest width that fits with gradients clipped to %s', (gradientClip) => {
  const sizes = { dIn: 768, batchSize: 4096, gradientClip };
  const { fits, widest } = fitsTraining({ ...sizes, dSae: 1_000_000 });
  expect(fits).toBe(false);
  expect(fitsTraining({ ...sizes, dSae: widest }).fits).toBe(true);
  expect(fitsTraining({ ...sizes, dSae: widest + 1 }).fits).toBe(false);
  expect(fitsTraining({ ...sizes, dIn: 2 ** 20, dSae: 1 })).toEqual({ fits: false, widest: 0 });
});
