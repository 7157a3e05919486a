import { throwDeviceFault } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Context, Hyper, Params, Roles, State, Variant } from '../variant/contract.ts';
import { adaptiveOps } from '../codes/adaptive-ops.ts';
import { seeded } from '../random/seeded.ts';
import { zeroMoments, type Moments } from './adam.ts';
import { checkParams } from './check-params.ts';
import { DeadLatentTracker, deadAfterTokens } from './dead-latents.ts';
import { LeakWatch } from './leak-watch.ts';
import { lossGradients } from './loss-gradients.ts';
import { areFinite, firstNotFinite, gradientOverflow, hasExploded } from './not-finite.ts';
import { resampleDead } from './resample.ts';
import { isResampleStep, learningRateFactor, warmupFactor } from './schedule.ts';
import type { ResolvedTraining } from './settings.ts';
import { updateParams } from './update-params.ts';

/** Everything that a step changes and a checkpoint holds. */
export interface TrainerState {
  /** Steps done. */
  step: number;
  params: Params;
  moments: Moments;
  state: State;
  /** Tokens since each latent fired, [dSae]. */
  tokensSinceFired: Float64Array;
}

export interface TrainerPlan {
  variant: Variant;
  hyper: Hyper;
  dSae: number;
  training: ResolvedTraining;
  batchSize: number;
  totalSteps: number;
  /** Of the run: decides what is drawn while it trains. */
  seed: number;
}

export interface StepReport {
  /** Weighted sum of the loss terms. */
  loss: number;
  /** The first tensor of the step that is not finite, in words, where there is one: the run has diverged. */
  notFinite?: string;
  /** Squared error by squared norm of the batch, where a step that is measured shows that the reconstruction exploded. */
  exploded?: number;
  /**
   * What can be logged: what a step knows anyway, `resampled` where it was time for that, and what had to be measured
   * where it was asked for.
   */
  metrics: Record<string, number>;
}

const KNOWN_ANYWAY = new Set(['loss', 'gradient_norm', 'dead_fraction', 'learning_rate']);

/** Whether a step knows a metric anyway, as it does each loss term, so that logging it costs nothing. */
export function isKnownAnyway(metric: string): boolean {
  return KNOWN_ANYWAY.has(metric) || metric.startsWith('loss/');
}

/** The state of a run that has not begun: the variant's own initialisation. */
export function freshState(variant: Variant, args: Parameters<Variant['init']>[0]): TrainerState {
  const { params, state = {} } = tf.tidy<{ params: Params; state?: State }>(() => variant.init(args));
  checkParams(variant.name, params, variant.roles(args.hyper), args);
  const tokensSinceFired = new Float64Array(args.dSae);
  return { step: 0, params, moments: zeroMoments(params), state, tokensSinceFired };
}

/** Trains by gradient steps; knows the variant only through its contract. */
export class Trainer {
  readonly #plan: TrainerPlan;
  readonly #roles: Roles<Params>;
  readonly #dead: DeadLatentTracker;
  readonly #leaks: LeakWatch;
  #current: TrainerState;

  constructor(plan: TrainerPlan, state: TrainerState) {
    this.#plan = plan;
    this.#roles = plan.variant.roles(plan.hyper);
    this.#current = state;
    this.#leaks = new LeakWatch(plan.variant.name);
    const threshold = deadAfterTokens(plan.training.deadAfter, plan.totalSteps * plan.batchSize);
    this.#dead = new DeadLatentTracker(state.tokensSinceFired, threshold);
  }

  get state(): TrainerState {
    return this.#current;
  }

  /**
   * One optimiser step.
   *
   * @param x activations, normalised as the run wants them, [B, dIn]
   * @param withMetrics also measure what costs time: L0, explained variance, the code's layout
   * @throws SaeLabError `variant.*` when the variant is at fault, `activations.*` when they are, `kernels.device-fault` when the GPU is
   */
  async step(x: tf.Tensor2D, withMetrics: boolean): Promise<StepReport> {
    const { variant, hyper, totalSteps, training } = this.#plan;
    const { params, moments, step, state } = this.#current;
    const learningRate =
      training.learningRate * learningRateFactor(step, totalSteps, training.warmup, training.decay);
    const sparsityFactor = warmupFactor(step, totalSteps, training.sparsityWarmup);
    const dead = this.#dead.current();
    const context: Context = { ops: adaptiveOps, mode: 'train', step, totalSteps, dead, state };
    const args = { variant, hyper, params, x, context, sparsityFactor, withMetrics };
    const pass = this.#leaks.during(() => lossGradients({ ...args, forUpdate: true }));
    const unit = this.#roles.decoderNorm === 'unit' ? this.#roles.decoder : undefined;
    const { gradients } = pass;
    const update = { params, moments, gradients, loss: pass.loss, step: step + 1, unit };
    const next = updateParams({ ...update, settings: { ...training, learningRate } });
    const fired = await pass.fired.data();
    const measured = await readScalars({ ...pass.metrics, loss: pass.loss, gradient_norm: next.norm });
    const { loss, gradient_norm: norm } = measured as { loss: number; gradient_norm: number };
    throwDeviceFault();
    // Loss and norm show nearly everything; a state is looked at only where everything is measured.
    const states = withMetrics ? Object.values(pass.state) : [];
    const isFinite = Number.isFinite(loss) && Number.isFinite(norm) && (await areFinite(states));
    const broken = isFinite ? undefined : ((await firstNotFinite(args)) ?? gradientOverflow(step));

    tf.dispose([params, moments, dead.mask, pass.gradients, pass.fired, pass.loss, pass.metrics, next.norm]);
    if (pass.isNewState) tf.dispose(state);
    this.#dead.update(fired, x.shape[0]);
    this.#current = {
      ...this.#current,
      step: step + 1,
      params: next.params,
      moments: next.moments,
      state: pass.state,
    };
    if (broken?.fault !== undefined) throw broken.fault;
    const { relative_error: relativeError = 0, ...logged } = measured;
    const exploded = hasExploded(logged['explained_variance'] ?? 0, relativeError);
    const resampled = await this.#resample(x);
    const dead_fraction = this.#dead.count() / this.#plan.dSae;
    return {
      loss,
      metrics: { ...logged, dead_fraction, learning_rate: learningRate, ...resampled },
      ...(broken && { notFinite: broken.tensor }),
      ...(exploded && { exploded: relativeError }),
    };
  }

  dispose(): void {
    const { params, moments, state } = this.#current;
    tf.dispose([params, moments, state]);
  }

  /** Has dead latents begin anew where it is time for that, and says how many did. */
  async #resample(x: tf.Tensor2D): Promise<{ resampled: number } | undefined> {
    const { training, totalSteps, seed } = this.#plan;
    const { step, params, moments } = this.#current;
    const { resample } = training;
    if (resample === undefined || !isResampleStep(step, totalSteps, resample)) return undefined;
    // A stream of the step's own: a run that goes on from a checkpoint draws the same.
    const random = seeded(seed, 'resample', step);
    const where = { current: this.#current, dead: this.#dead.latents(), x, rows: resample.rows };
    const anew = await resampleDead({ ...this.#plan, ...where, ops: adaptiveOps, random });
    if (anew === undefined) return { resampled: 0 };
    tf.dispose([params, moments]);
    this.#current = { ...this.#current, params: anew.params, moments: anew.moments };
    this.#dead.forgive(anew.latents);
    return { resampled: anew.latents.length };
  }
}

async function readScalars(tensors: Record<string, tf.Tensor>): Promise<Record<string, number>> {
  const values = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => [name, (await tensor.data())[0]] as const),
  );
  return Object.fromEntries(values) as Record<string, number>;
}
