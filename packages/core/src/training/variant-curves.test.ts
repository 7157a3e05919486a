/** A variant's own curves: measured with the others, and without any effect on what is trained. */
import { CURVES, LOSS_TERM } from '@sae-lab/measures';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { trainOnOneBatch } from '../testing/conformance/subject.ts';
import { plainVariant, type PlainVariant } from '../testing/plain-variant.ts';
import { RELATIVE_ERROR } from './batch-errors.ts';

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
  const { values } = await trainOnOneBatch(logging, hyper, { steps: 4 });
  expect(values.map(({ steps }) => steps)).toEqual([1, 2, 3, 4]);
  expect(values.map(({ bias }) => bias)).toEqual([0, ...values.slice(1).map(({ bias }) => bias)]);
  expect(values[3]!['bias']).not.toBe(0);
  for (const { error } of values) expect(error).toBeGreaterThan(0);
});

it.each([...Object.keys(CURVES), `${LOSS_TERM}l1`, RELATIVE_ERROR])(
  'are refused under the name %s, which the trainer uses',
  async (name) => {
    const taking: PlainVariant = {
      ...plainVariant,
      curves: { [name]: { label: 'Taken', meaning: 'Zero.' } },
      log: () => ({ [name]: tf.scalar(0) }),
    };
    await expect(trainOnOneBatch(taking, hyper, { steps: 1 })).rejects.toMatchObject({
      code: 'variant.wrong-curves',
      message: expect.stringContaining(name),
    });
  },
);

it('leave weights as they are, bit for bit', async () => {
  const { weights } = await trainOnOneBatch(plainVariant, hyper, { steps: 20 });
  expect((await trainOnOneBatch(logging, hyper, { steps: 20 })).weights).toEqual(weights);
});
