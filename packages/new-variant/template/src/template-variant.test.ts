import { testConformance } from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { variant } from './template-variant.ts';

testConformance(variant, [{ l1: 0.05 }]);

it('has the optimiser of its source', () => {
  expect(variant.defaults({ hyper: { l1: 1 }, dIn: 8, dSae: 24 })).toEqual({
    learningRate: 3e-4,
    beta1: 0.9,
    beta2: 0.999,
    gradientClip: 1,
  });
});
