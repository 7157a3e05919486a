import {
  seeded,
  testAgainstGolden,
  testConformance,
  testResamples,
  trainOnOneBatch,
} from '@sae-lab/core/testing';
import { fittedParams, geometricMedian, select } from '@sae-lab/core/variant';
import { expect, it } from 'vitest';
import { topk } from './topk.ts';

const { variant } = topk;

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testConformance(variant, [{ k: 5 }, { k: 29 }]);
testResamples(variant, { k: 5 });

it('refuses k beyond the width', () => {
  const check = (k: number) => () => variant.validate?.({ hyper: { k, auxWeight: 0 }, dIn: 8, dSae: 24 });
  expect(check(24)).not.toThrow();
  expect(check(25)).toThrow(expect.objectContaining({ code: 'variant.k-too-large' }));
});

it('has the learning rate and the initialisation of its source', () => {
  const hyper = { k: 1, auxWeight: 0 };
  expect(variant.defaults({ hyper, dIn: 8, dSae: 2 ** 14 }).learningRate).toBe(2e-4);
  expect(variant.defaults({ hyper, dIn: 8, dSae: 2 ** 12 }).learningRate).toBeCloseTo(4e-4, 12);
  const sample = { shape: [3, 2], data: Float32Array.of(5, 0, 7, 0, 6, 3) };
  const { params } = variant.init({ dIn: 2, dSae: 4, hyper, sample, random: seeded(0, 'init') });
  expect(params.b_dec.arraySync()).toEqual(geometricMedian(sample).arraySync());
  const fitted = fittedParams(
    { dIn: 2, dSae: 4, hyper, sample, random: seeded(0, 'init') },
    { selection: select.topK(1) },
  );
  expect(params.W_enc.arraySync()).toEqual(fitted.W_enc.arraySync());
  expect(params.W_dec.arraySync()).toEqual(fitted.W_dec.arraySync());
});

it('has AuxK act in a run of 60 steps: whenever latents are dead, and on the weights', async () => {
  const run = (auxWeight: number) => trainOnOneBatch(variant, { k: 1, auxWeight }, { deadAfter: 0.05 });
  const { values, weights } = await run(1 / 32);
  // Dead before a step means: dead at the end of the one before.
  const deadBefore = [0, ...values.map((logged) => logged['dead_fraction'] as number)].slice(0, -1);
  expect(Math.max(...deadBefore)).toBeGreaterThan(0);
  const acts = values.map((logged) => (logged['loss/auxk'] as number) > 0);
  expect(acts).toEqual(deadBefore.map((fraction) => fraction > 0));
  expect((await run(0)).weights).not.toEqual(weights);
});
