import {
  seeded,
  testAgainstGolden,
  testConformance,
  testResamples,
  trainOnOneBatch,
} from '@sae-lab/core/testing';
import { fittedParams } from '@sae-lab/core/variant';
import { expect, it } from 'vitest';
import { jumpRelu } from './jump-relu.ts';

const { variant } = jumpRelu;

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testConformance(variant, [{ l0: 0.01 }, { l0: 0.1, targetL0: 4, bandwidth: 0.5, theta: 0.2 }]);
testResamples(variant, { l0: 0.01 });

it('comes near the L0 that is its target, from above', async () => {
  const l0 = async (targetL0: number): Promise<number[]> => {
    const hyper = variant.hyper.parse({ l0: 100, targetL0, bandwidth: 2, theta: 0.02 });
    const { values } = await trainOnOneBatch(variant, hyper, { steps: 300, decay: 0 });
    return [values[0]!['l0']!, values.at(-1)!['l0']!];
  };
  const [[begin, low], [, high]] = [await l0(3), await l0(8)] as [number[], number[]];
  expect(begin).toBeGreaterThan(12);
  expect(Math.abs(low! - 3)).toBeLessThan(2);
  expect(Math.abs(high! - 8)).toBeLessThan(2);
});

it('moves a threshold by the entries in its window only', async () => {
  const theta = async (bandwidth: number) => {
    const hyper = variant.hyper.parse({ l0: 1, bandwidth, theta: 0.5 });
    return (await trainOnOneBatch(variant, hyper, { steps: 1, warmup: 0 })).weights['theta']!.data;
  };
  // So narrow that it holds no pre-activation.
  expect(new Set(await theta(1e-9)).size).toBe(1);
  expect(Math.max(...(await theta(1)))).toBeGreaterThan(0.5);
});

it('starts with the encoder that fits best, as thresholds are measured against its pre-activations', () => {
  const random = seeded(0, 'sample');
  const data = Float32Array.from({ length: 32 }, () => random.normal());
  const hyper = variant.hyper.parse({ l0: 1 });
  const args = () => ({ dIn: 4, dSae: 6, hyper, sample: { shape: [8, 4], data }, random: seeded(0, 'init') });
  const { W_enc, theta } = variant.init(args()).params;
  expect(W_enc.arraySync()).toEqual(fittedParams(args(), { part: 1 }).W_enc.arraySync());
  expect(W_enc.arraySync()).not.toEqual(fittedParams(args()).W_enc.arraySync());
  expect(theta.arraySync()).toEqual(Array(6).fill(Math.fround(0.01)));
});
