import { expect, it } from 'vitest';
import { fitsTraining, trainingRoom } from './training-room.ts';

it('counts weights, moments and gradients, and the batch', () => {
  expect(trainingRoom({ dIn: 512, dSae: 65_536, batchSize: 4096 })).toBe(8 * 2 ** 27 + 3 * 2 ** 23);
});

it('finds the largest width that fits', () => {
  const sizes = { dIn: 768, batchSize: 4096 };
  const { fits, widest } = fitsTraining({ ...sizes, dSae: 1_000_000 });
  expect(fits).toBe(false);
  expect(fitsTraining({ ...sizes, dSae: widest }).fits).toBe(true);
  expect(fitsTraining({ ...sizes, dSae: widest + 1 }).fits).toBe(false);
  expect(fitsTraining({ dIn: 2 ** 20, dSae: 1, batchSize: 4096 })).toEqual({ fits: false, widest: 0 });
});
