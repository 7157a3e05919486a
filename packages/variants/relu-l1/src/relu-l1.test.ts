import {
  seeded,
  testAgainstGolden,
  testConformance,
  testResamples,
  trainOnClusters,
} from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { reluL1 } from './relu-l1.ts';

const { variant } = reluL1;

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
const each = ['decoder-norm', 'unit-norm', 'notebook'].map((loss) => ({ l1: 0.05, loss }));
testConformance(variant, each);
for (const hyper of each) testResamples(variant, hyper);

it.each([
  ['decoder-norm', 3e-4, 1, 0.1],
  ['unit-norm', 3e-4, 1, 1],
] as const)('%s: has the optimiser and the initialisation of its source', (loss, rate, clip, norm) => {
  const hyper = { l1: 1, loss };
  expect(variant.defaults({ hyper, dIn: 4, dSae: 6 })).toMatchObject({
    learningRate: rate,
    gradientClip: clip,
  });
  const sample = { shape: [2, 4], data: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1) };
  const { params } = variant.init({ dIn: 4, dSae: 6, hyper, sample, random: seeded(0, 'init') });
  for (const row of params.W_dec.arraySync()) expect(Math.hypot(...row)).toBeCloseTo(norm, 5);
  // Rows that are all the same are explained by b_dec, whatever the encoder.
  expect(params.b_dec.arraySync()).toEqual([1, 1, 1, 1]);
  expect(params.W_enc.arraySync()).toEqual(params.W_dec.arraySync());
  const spread = { shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 4, 3, 2, 1) };
  const started = variant.init({ dIn: 4, dSae: 6, hyper, sample: spread, random: seeded(0, 'init') }).params;
  const length = Math.hypot(...started.W_enc.arraySync()[0]!);
  if (loss === 'unit-norm') expect(length).toBeLessThan(0.5);
  else expect(length).toBeCloseTo(norm, 5);
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

it('unit-norm: resampling revives what an L1 term at full strength from the beginning has killed', async () => {
  const settings = { learningRate: 0.1, warmup: 0, sparsityWarmup: 0, decay: 0.5 };
  const train = async (resample: { every?: number; until?: number } | null) => {
    const logged = await trainOnClusters(variant, { l1: 3, loss: 'unit-norm' }, { ...settings, resample });
    const { dead_fraction: dead, explained_variance: explained } = logged.at(-1)!;
    return { dead: dead!, explained: explained! };
  };
  const [never, fourTimes, often] = [
    await train(null),
    await train({}),
    await train({ every: 0.05, until: 0.8 }),
  ];
  // Measured: 0.41, 0.09 and 0.03 of the latents dead; .49, .81 and .81 explained.
  expect(never.dead).toBeGreaterThan(0.4);
  expect(fourTimes.dead).toBeLessThan(0.5 * never.dead);
  expect(often.dead).toBeLessThan(0.3 * never.dead);
  expect(fourTimes.explained).toBeGreaterThan(never.explained + 0.2);
  expect(often.explained).toBeGreaterThan(never.explained + 0.2);
});
