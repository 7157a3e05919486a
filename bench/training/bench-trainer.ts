import { freshState, resolveTraining, seeded, Trainer, trainingSettings } from '@sae-lab/core';
import * as tf from '@tensorflow/tfjs';
import type { PeerCase } from '../peers/peers.ts';
import type { Case } from './cases.ts';

const TOTAL_STEPS = 1000;

/** A trainer whose code keeps the sparsity of the case at every step. */
export class BenchTrainer {
  readonly x: tf.Tensor2D;
  readonly #case: Case;
  readonly #trainer: Trainer;

  constructor(entry: Case) {
    const { dIn, dSae, batch, l0 } = entry;
    this.#case = entry;
    this.x = tf.randomNormal<tf.Rank.R2>([batch, dIn], 0, 1, 'float32', 1);
    const { variant, hyper, training } = resolved(entry);
    const sample = { shape: this.x.shape, data: this.x.dataSync<'float32'>() };
    const state = freshState(variant, { dIn, dSae, hyper, sample, random: seeded(0, 'bench') });
    if (l0 !== undefined) setSparsity(state.params, l0 / dSae);
    const plan = { variant, hyper, dSae, training, batchSize: batch, totalSteps: TOTAL_STEPS, seed: 0 };
    this.#trainer = new Trainer(plan, state);
  }

  async step(): Promise<void> {
    const { deadLatents = 0 } = this.#case;
    // These latents would fire on this data, so keep them dead.
    if (deadLatents > 0) this.#trainer.state.tokensSinceFired.fill(1e12, 0, deadLatents);
    const { loss } = await this.#trainer.step(this.x, false);
    if (!Number.isFinite(loss)) throw new Error(`${this.#case.variant.name}: the loss is ${loss}`);
  }

  /** Computes the encoder's dense product, and nothing else. */
  encoderProduct(): void {
    tf.matMul(this.x, this.#trainer.state.params['W_enc'] as tf.Tensor2D, false, true).dispose();
  }

  dispose(): void {
    this.#trainer.dispose();
    this.x.dispose();
  }
}

/** The same case for a peer in Python. */
export function peerCase(entry: Case, threads: number): PeerCase {
  const { dIn, dSae, batch, k, l0, deadLatents = 0 } = entry;
  const { variant, hyper, training } = resolved(entry);
  const { learningRate, beta1, beta2, epsilon, gradientClip } = training;
  return {
    variant: variant.name,
    hyper,
    dIn,
    dSae,
    batch,
    threads,
    l0: l0 ?? null,
    isSparse: k !== undefined || l0 !== undefined,
    deadLatents,
    deadAfterTokens: training.deadAfter * TOTAL_STEPS * batch,
    decoderNorm: variant.roles(hyper).decoderNorm,
    optimizer: { learningRate, beta1, beta2, epsilon, gradientClip },
  };
}

function resolved({ variant, dIn, dSae, batch, ...entry }: Case) {
  const hyper = variant.hyper.parse(entry.hyper);
  // The weights do not move, so the sparsity does not change.
  const settings = trainingSettings.parse({
    steps: TOTAL_STEPS,
    batchSize: batch,
    learningRate: 1e-12,
    deadAfter: 0.9,
  });
  return { variant, hyper, training: resolveTraining(settings, variant, { hyper, dIn, dSae }) };
}

/** Sets encoder rows of norm 1 and a bias that makes this share of latents active, as late in a run. */
function setSparsity(params: Record<string, tf.Tensor>, shareOn: number): void {
  const rows = params['W_enc']!;
  params['W_enc'] = tf.div(rows, tf.norm(rows, 2, 1, true));
  rows.dispose();
  // Pre-activations of Gaussian activations are Gaussian.
  const level = gaussianQuantile(shareOn);
  const constant = (name: string, value: number): void => {
    if (name in params) params[name] = tf.mul(tf.onesLike(params[name]!), value);
  };
  if ('theta' in params) constant('theta', level);
  else for (const name of ['b_enc', 'b_gate', 'b_mag']) constant(name, -level);
}

/** The value that a Gaussian exceeds with this probability, by bisection over Simpson's rule. */
function gaussianQuantile(probability: number): number {
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
