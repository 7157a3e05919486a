import { testAgainstGolden, testConformance, testResamples } from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { matryoshka } from './matryoshka.ts';
import { prefixBounds } from './prefix-bounds.ts';

const { variant } = matryoshka;

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testConformance(variant, [{ k: 5, groups: [0.25, 0.25, 0.5] }]);
testResamples(variant, { k: 5, groups: [0.25, 0.25, 0.5] });

it('has the prefixes of its source by default', () => {
  const { groups } = variant.hyper.parse({ k: 5 });
  expect(prefixBounds(groups, 1024)).toEqual([32, 96, 224, 480, 1024]);
  expect(prefixBounds([1], 7)).toEqual([7]);
});

it('refuses groups without a latent, and fractions that do not add up to 1', () => {
  const hyper = variant.hyper.parse({ k: 1 });
  expect(() => variant.validate?.({ hyper, dIn: 8, dSae: 8 })).toThrow(
    expect.objectContaining({ code: 'variant.groups-too-narrow' }),
  );
  expect(variant.hyper.safeParse({ k: 1, groups: [0.5, 0.4] }).success).toBe(false);
});
