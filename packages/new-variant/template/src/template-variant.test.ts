import { testConformance } from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { templateVariant } from './template-variant.ts';

const { variant } = templateVariant;

testConformance(variant, [{ l1: 0.05 }]);

it('has the optimiser settings of its paper', () => {
  expect(variant.defaults({ hyper: { l1: 1 }, dIn: 8, dSae: 24 })).toEqual({
    learningRate: 3e-4,
    beta1: 0.9,
    beta2: 0.999,
    gradientClip: 1,
  });
});
