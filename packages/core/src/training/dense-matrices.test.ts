import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { select } from '../codes/selection.ts';
import { plainVariant, type PlainVariant } from '../testing/plain-variant.ts';
import { denseMatrices } from './dense-matrices.ts';

const hyper = { l1: 1, decoderNorm: 'unit' };
const withTopK = (k: number): PlainVariant => ({
  ...plainVariant,
  encode: ({ W_enc, b_enc }, x, _hyper, { ops }) =>
    ops.encode({ x, W: W_enc, bias: b_enc, select: { code: select.topK(k) } }),
});

it('counts dense matrices if half of the latents are active, and none if few are', async () => {
  expect(await denseMatrices(plainVariant, hyper, 1000)).toBeGreaterThanOrEqual(3);
  expect(await denseMatrices(withTopK(8), hyper, 1000)).toBe(0);
  expect(await denseMatrices(withTopK(8), hyper, 32)).toBeGreaterThanOrEqual(3);
  const quiet: PlainVariant = {
    ...plainVariant,
    init: (args) => {
      const { params, state } = plainVariant.init(args);
      return {
        params: { ...params, b_enc: tf.fill<tf.Rank.R1>([args.dSae], -100) },
        ...(state && { state }),
      };
    },
  };
  expect(await denseMatrices(quiet, hyper, 1000)).toBe(0);
});

it('leaks no tensor, and returns 0 for a faulty variant, whose error training reports', async () => {
  const before = tf.memory().numTensors;
  await denseMatrices(plainVariant, hyper, 1000);
  const faulty: PlainVariant = {
    ...plainVariant,
    encode: () => {
      throw new Error('at fault');
    },
  };
  expect(await denseMatrices(faulty, hyper, 1000)).toBe(0);
  expect(tf.memory().numTensors).toBe(before);
});
