import { testAgainstGolden, testConformance, testResamples, trainOnOneBatch } from '@sae-lab/core/testing';
import { expect, it } from 'vitest';
import { batchTopk } from './batch-topk.ts';

const { variant } = batchTopk;

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testConformance(variant, [{ k: 5 }]);
testResamples(variant, { k: 5 });

it('spends its budget over the batch, and saves a threshold that lets about as many through', async () => {
  const hyper = variant.hyper.parse({ k: 4 });
  const { values, weights } = await trainOnOneBatch(variant, hyper, { steps: 200 });
  expect(values.at(-1)!['l0']).toBe(4);
  const { threshold, ...params } = weights;
  expect(threshold!.data[0]).toBeGreaterThan(0);
  const { architecture, tensors } = variant.toInference(params as never, hyper, { threshold: threshold! });
  expect(architecture).toBe('jumprelu');
  expect(new Set(tensors['threshold']!.data)).toEqual(new Set([threshold!.data[0]]));
});
