/** A variant's own curves are measured with the others and do not affect training. */
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { trainOnOneBatch } from '../testing/conformance/subject.ts';
import { plainVariant, type PlainVariant } from '../testing/plain-variant.ts';

const hyper = { l1: 0.05, decoderNorm: 'unit' } as const;

/** Reads everything that `log` is given. */
const logging: PlainVariant = {
  ...plainVariant,
  curves: {
    bias: { label: 'mean bias', meaning: 'Mean of b_enc over the latents.' },
    error: { label: 'error', meaning: 'Mean of |x − x̂|.', better: 'lower' },
    steps: { label: 'steps', meaning: 'Steps that the state has counted.', digits: 4 },
  },
  log: ({ x, reconstruction, params: { b_enc, W_dec }, encoded: { code }, state: { steps } }) => ({
    bias: tf.mean(b_enc),
    error: tf.add(tf.mean(tf.abs(tf.sub(x, reconstruction))), tf.mul(tf.add(code.sum(), tf.sum(W_dec)), 0)),
    steps,
  }),
};

it('are logged with the measured curves, after the update of the state', async () => {
  const { metrics } = await trainOnOneBatch(logging, hyper, { steps: 4 });
  expect(metrics.map(({ steps }) => steps)).toEqual([1, 2, 3, 4]);
  expect(metrics.map(({ bias }) => bias)).toEqual([0, ...metrics.slice(1).map(({ bias }) => bias)]);
  expect(metrics[3]!['bias']).not.toBe(0);
  for (const { error } of metrics) expect(error).toBeGreaterThan(0);
});

it('do not change the weights by a bit', async () => {
  const { weights } = await trainOnOneBatch(plainVariant, hyper, { steps: 20 });
  expect((await trainOnOneBatch(logging, hyper, { steps: 20 })).weights).toEqual(weights);
});
