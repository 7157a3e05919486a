import { testAgainstGolden, testConformance, testResamples, trainOnOneBatch } from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { gated } from './gated.ts';

const { variant } = gated;

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testConformance(variant, [{ l1: 0.05 }, { l1: 0.05, frozenFrom: 0 }]);
testResamples(variant, { l1: 0.05 });

it('has the learning rate of its source, a slow warmup, gradients clipped at 1 and rows of norm 1', () => {
  const hyper = variant.hyper.parse({ l1: 1 });
  expect(variant.defaults({ hyper, dIn: 8, dSae: 16 })).toEqual({
    learningRate: 5e-5,
    beta1: 0.9,
    beta2: 0.999,
    gradientClip: 1,
    sparsityWarmup: 0.2,
  });
  expect(variant.roles(hyper).decoderNorm).toBe('unit');
});

it('has the auxiliary term train the decoder until it is frozen', async () => {
  const losses = async (frozenFrom: number): Promise<number[]> => {
    const { values } = await trainOnOneBatch(variant, { l1: 0.05, frozenFrom }, { steps: 10 });
    return values.map(({ loss }) => loss!);
  };
  const [never, halfway, always] = [await losses(1), await losses(0.5), await losses(0)] as const;
  // A step's loss is that of the weights before it: the sixth step is the first that is taken with a frozen decoder.
  expect(halfway.slice(0, 6)).toEqual(never.slice(0, 6));
  expect(halfway[6]).not.toBe(never[6]);
  expect(always[0]).toBe(never[0]);
  expect(always[1]).not.toBe(never[1]);
});
