/**
 * What does a training step cost beside the encoder's dense product alone? Both in one process and in turn, as other
 * load on the machine disturbs both.
 *
 *     pnpm bench:train
 *
 * Prints a JSON line per case: medians of the steps after warm-up. What to expect is in docs/kernels.md.
 */
import {
  freshState,
  resolveTraining,
  seeded,
  Trainer,
  trainingSettings,
  type Hyper,
  type Variant,
} from '@sae-lab/core';
import { useCpuBackend } from '@sae-lab/kernels';
import { variant as batchTopK } from '@sae-lab/batch-topk';
import { variant as gated } from '@sae-lab/gated';
import { variant as jumpRelu } from '@sae-lab/jump-relu';
import { variant as matryoshka } from '@sae-lab/matryoshka';
import { variant as reluL1 } from '@sae-lab/relu-l1';
import { variant as topk } from '@sae-lab/topk';
import * as tf from '@tensorflow/tfjs';

interface Case {
  variant: Variant;
  hyper: Hyper;
  dIn: number;
  dSae: number;
  batch: number;
  k?: number;
  /** Mean latents on in a row, set by the encoder's bias, where the variant does not fix it. */
  l0?: number;
  deadLatents?: number;
}

const WARM_UP = 3;
const STEPS = 11;
const large = { dIn: 512, dSae: 4096, batch: 4096 };
const k = 32;
const CASES: Case[] = [
  { variant: topk, hyper: { k }, k, ...large },
  { variant: topk, hyper: { k }, k, ...large, deadLatents: 256 },
  { variant: batchTopK, hyper: { k }, k, ...large },
  { variant: jumpRelu, hyper: { l0: 0 }, l0: 32, ...large },
  { variant: matryoshka, hyper: { k }, k, ...large },
  { variant: reluL1, hyper: { l1: 0 }, l0: 64, ...large },
  { variant: gated, hyper: { l1: 0 }, l0: 64, ...large },
  { variant: topk, hyper: { k }, k, dIn: 128, dSae: 1024, batch: 2048 },
];

await useCpuBackend();
for (const entry of CASES) console.log(JSON.stringify(await measure(entry)));

async function measure(entry: Case): Promise<Record<string, number | string | null>> {
  const { variant, dIn, dSae, batch, deadLatents = 0 } = entry;
  const x = tf.randomNormal<tf.Rank.R2>([batch, dIn], 0, 1, 'float32', 1);
  const trainer = trainerOf(entry, x);
  const stepTimes: number[] = [];
  const productTimes: number[] = [];
  for (let step = 0; step < WARM_UP + STEPS; step++) {
    const W = trainer.state.params['W_enc'] as tf.Tensor2D;
    const product = await time(() => tf.matMul(x, W, false, true).dispose());
    // They stay dead, though among these numbers they would fire.
    trainer.state.tokensSinceFired.fill(1e12, 0, deadLatents);
    const whole = await time(async () => {
      const { loss } = await trainer.step(x, false);
      if (!Number.isFinite(loss)) throw new Error(`${variant.name}: the loss is ${loss}`);
    });
    if (step < WARM_UP) continue;
    productTimes.push(product);
    stepTimes.push(whole);
  }
  trainer.dispose();
  x.dispose();
  const [msPerStep, encoderProductMs] = [median(stepTimes), median(productTimes)];
  const sparsity = entry.k === undefined ? { l0: entry.l0! } : { k: entry.k };
  return {
    bench: 'train',
    variant: variant.name,
    dIn,
    dSae,
    batch,
    ...sparsity,
    deadLatents,
    msPerStep: round(msPerStep),
    encoderProductMs: round(encoderProductMs),
    ratioToEncoderProduct: round(msPerStep / encoderProductMs),
    tokensPerSecond: Math.round((batch / msPerStep) * 1000),
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    torchMsPerStep: null,
    speedupOverTorch: null,
  };
}

function trainerOf({ variant, dIn, dSae, batch, l0, ...entry }: Case, x: tf.Tensor2D): Trainer {
  const hyper = variant.hyper.parse(entry.hyper) as Hyper;
  // Nothing moves, so that the code stays as sparse as it was set.
  const settings = trainingSettings.parse({
    steps: 1000,
    batchSize: batch,
    learningRate: 1e-12,
    deadAfter: 0.9,
  });
  const training = resolveTraining(settings, variant, { hyper, dIn, dSae });
  const sample = { shape: x.shape, data: x.dataSync<'float32'>() };
  const state = freshState(variant, { dIn, dSae, hyper, sample, random: seeded(0, 'bench') });
  const { params } = state;
  if (l0 !== undefined) {
    // Rows of the encoder have one norm; a pre-activation of Gaussian activations is Gaussian.
    const norm = tf.norm(tf.slice(params['W_enc']!, [0, 0], [1, dIn])).dataSync()[0]!;
    const level = norm * quantile(l0 / dSae);
    if ('theta' in params) params['theta'] = tf.mul(tf.onesLike(params['theta']), level);
    for (const name of ['b_enc', 'b_gate', 'b_mag']) {
      if (name in params && !('theta' in params)) params[name] = tf.mul(tf.onesLike(params[name]!), -level);
    }
  }
  return new Trainer({ variant, hyper, dSae, training, batchSize: batch, totalSteps: 1000, seed: 0 }, state);
}

async function time(work: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Where a Gaussian exceeds it with this probability, by bisection over Simpson's rule. */
function quantile(probability: number): number {
  const density = (u: number): number => Math.exp((-u * u) / 2) / Math.sqrt(2 * Math.PI);
  const tail = (from: number): number => {
    const h = (8 - from) / 400;
    const terms = Array.from(
      { length: 401 },
      (_, i) => (i % 400 === 0 ? 1 : 2 + 2 * (i % 2)) * density(from + i * h),
    );
    return (terms.reduce((sum, term) => sum + term, 0) * h) / 3;
  };
  let [low, high] = [0, 8];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (tail(middle) > probability) low = middle;
    else high = middle;
  }
  return low;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
