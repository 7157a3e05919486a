import { testAgainstGolden, testDifferentiates, testTrains } from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { variant } from './topk.ts';

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
// With all latents eligible the selection, and so the loss, is continuous.
testDifferentiates(variant, { k: 24, auxWeight: 1 / 32 });
testTrains(variant, { k: 5, auxWeight: 1 / 32 });

it('refuses k beyond the width', () => {
  const check = (k: number) => () => variant.validate?.({ hyper: { k, auxWeight: 0 }, dIn: 8, dSae: 24 });
  expect(check(24)).not.toThrow();
  expect(check(25)).toThrow(expect.objectContaining({ code: 'variant.k-too-large' }));
});
