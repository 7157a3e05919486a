import { seeded } from '@sae-lab/core';
import { testAgainstGolden, testConformance } from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { variant } from './relu-l1.ts';

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testConformance(
  variant,
  ['decoder-norm', 'unit-norm', 'notebook'].map((loss) => ({ l1: 0.05, loss })),
);

it.each([
  ['decoder-norm', 3e-4, 1, 0.1],
  ['unit-norm', 3e-4, null, 1],
] as const)('%s: has the optimiser and the initialisation of its source', (loss, rate, clip, norm) => {
  const hyper = { l1: 1, loss };
  expect(variant.defaults({ hyper, dIn: 4, dSae: 6 })).toMatchObject({
    learningRate: rate,
    gradientClip: clip,
  });
  const sample = { shape: [2, 4], data: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1) };
  const { params } = variant.init({ dIn: 4, dSae: 6, hyper, sample, random: seeded(0, 'init') });
  for (const row of params.W_dec.arraySync()) expect(Math.hypot(...row)).toBeCloseTo(norm, 5);
  expect(params.W_enc.arraySync()).toEqual(params.W_dec.arraySync());
});

it('notebook: has the learning rate and the ranges of plain linear layers', () => {
  const hyper = { l1: 1, loss: 'notebook' } as const;
  expect(variant.defaults({ hyper, dIn: 4, dSae: 100 })).toMatchObject({
    learningRate: 1e-3,
    gradientClip: null,
  });
  const sample = { shape: [0, 4], data: new Float32Array(0) };
  const { params } = variant.init({ dIn: 4, dSae: 100, hyper, sample, random: seeded(0, 'init') });
  const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
  for (const encoder of [params.W_enc, params.b_enc]) {
    expect(largest(encoder.dataSync())).toBeGreaterThan(0.45);
    expect(largest(encoder.dataSync())).toBeLessThanOrEqual(0.5);
  }
  expect(largest(params.W_dec.dataSync())).toBeGreaterThan(0.09);
  expect(largest(params.W_dec.dataSync())).toBeLessThanOrEqual(0.1);
});
