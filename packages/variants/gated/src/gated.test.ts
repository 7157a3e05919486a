import { testAgainstGolden, testConformance, testResamples } from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { variant } from './gated.ts';

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testConformance(variant, [{ l1: 0.05 }]);
testResamples(variant, { l1: 0.05 });

it('has the optimiser of its source', () => {
  expect(variant.defaults({ hyper: { l1: 1 }, dIn: 8, dSae: 16 })).toEqual({
    learningRate: 5e-5,
    beta1: 0,
    beta2: 0.999,
    gradientClip: null,
  });
});
