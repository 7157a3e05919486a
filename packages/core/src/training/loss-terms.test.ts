/** The reconstruction is decoded on first use, and only once. */
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { trainingContext } from '../testing/context.ts';
import { plainVariant as right, type PlainVariant } from '../testing/plain-variant.ts';
import type { LossTerm, Progress } from '../variant/contract.ts';
import { linearReconstructionLoss, reconstructionLoss } from '../variant/reconstruction-loss.ts';
import { lossGradients } from './loss-gradients.ts';
import { lossTerms } from './loss-terms.ts';
import { freshState } from './trainer-state.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const [D_IN, D_SAE] = [6, 10];
const hyper = { l1: 0.1, decoderNorm: 'unit' as const };
const asking = reconstructionLoss;
/** Reads the reconstruction in a scope that ends before the next read. */
const askingInside: LossTerm = {
  ...asking,
  compute: (args) => tf.tidy(() => asking.compute(args)),
};

/** Evaluates a variant with these losses on one batch and counts how often it decodes. */
function counting(losses: PlainVariant['losses']) {
  const counts = { decode: 0 };
  const variant: PlainVariant = {
    ...right,
    losses,
    decode(...args) {
      counts.decode++;
      return right.decode(...args);
    },
  };
  const sample = { shape: [0, D_IN], data: new Float32Array(0) };
  const init = { dIn: D_IN, dSae: D_SAE, hyper, sample, random: seeded(0, 'init') };
  const { params, state } = freshState(right, init);
  const random = seeded(0, 'batch');
  const x = tf.tensor2d(
    Float32Array.from({ length: 8 * D_IN }, () => random.normal()),
    [8, D_IN],
  );
  const dead = { count: 0, mask: tf.zeros<tf.Rank.R1>([D_SAE]) };
  return { counts, args: { variant, hyper, params, x, context: trainingContext({ state, dead }) } };
}

function timesDecoded(losses: PlainVariant['losses'], measure: boolean): number {
  const { counts, args } = counting(losses);
  lossGradients({ ...args, sparsityFactor: 1, measure });
  return counts.decode;
}

it('not at all if no loss reads it and nothing is logged', () => {
  expect(timesDecoded({ reconstruction: linearReconstructionLoss }, false)).toBe(0);
  expect(timesDecoded({ reconstruction: linearReconstructionLoss }, true)).toBe(1);
});

it('once for all losses that read it', () => {
  expect(timesDecoded({ reconstruction: asking, again: asking }, true)).toBe(1);
});

it('again if the first reader has disposed it', () => {
  const { args } = counting({ first: askingInside, second: asking });
  const { terms } = lossTerms(args.variant, hyper, args.params, args.x, args.context);
  expect(terms['second']!.dataSync()).toEqual(terms['first']!.dataSync());
});

it('weights a term by its schedule', () => {
  const annealed = {
    ...linearReconstructionLoss,
    weight: (_hyper: object, { step, totalSteps }: Progress) => 1 - step / totalSteps,
  };
  const { args } = counting({ reconstruction: annealed });
  const lossAt = (step: number): number =>
    lossGradients({
      ...args,
      context: { ...args.context, step, totalSteps: 8 },
      sparsityFactor: 1,
      measure: false,
    }).loss.dataSync()[0]!;
  expect(lossAt(6)).toBeCloseTo(lossAt(0) / 4, 4);
});
