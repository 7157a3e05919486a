import { throwDeviceFault } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Context, Hyper, Params, Roles, Variant } from '../variant/contract.ts';
import { adaptiveOps } from '../codes/adaptive-ops.ts';
import { seeded } from '../random/seeded.ts';
import { RELATIVE_ERROR } from './batch-errors.ts';
import { DeadLatentTracker, deadAfterTokens } from './dead-latents.ts';
import { LeakWatch } from './leak-watch.ts';
import { lossGradients } from './loss-gradients.ts';
import { areFinite, firstNotFinite, gradientOverflow, hasExploded } from './not-finite.ts';
import { resampleDead } from './resample.ts';
import { isResampleStep, learningRateFactor, warmupFactor } from './schedule.ts';
import { disposeState, type TrainerState } from './trainer-state.ts';
import type { ResolvedTraining } from './training-settings.ts';
import { updateParams } from './update-params.ts';

export interface TrainerPlan {
  variant: Variant;
  hyper: Hyper;
  dSae: number;
  training: ResolvedTraining;
  batchSize: number;
  totalSteps: number;
  /** The run's seed: decides every random draw during training. */
  seed: number;
}

export interface StepReport {
  /** Weighted sum of the loss terms. */
  loss: number;
  /** The first non-finite tensor of the step, in words. If present, the run has diverged. */
  notFinite?: string;
  /** Squared error divided by the squared norm of the batch. Present if a measured step finds that the reconstruction exploded. */
  exploded?: number;
  /**
   * Values to log: the free curves, `resampled` if the step resampled dead latents, and the costly curves if they were
   * requested.
   */
  values: Record<string, number>;
}

/** Trains an SAE by gradient steps. Sees the variant only through its contract. */
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
   * Takes one optimiser step.
   *
   * @param x activations, scaled, [B, dIn]
   * @param measure also measure the costly curves: L0, explained variance, the code's layout
   * @throws {SaeLabError} `variant.*` for a faulty variant, `activations.*` for unusable activations,
   *   `run.loss-overflow`, `run.gradient-overflow`, `kernels.device-fault`
   */
  async step(x: tf.Tensor2D, measure: boolean): Promise<StepReport> {
    const { variant, hyper, totalSteps, training } = this.#plan;
    const { params, moments, step, state } = this.#current;
    const learningRate =
      training.learningRate * learningRateFactor(step, totalSteps, training.warmup, training.decay);
    const sparsityFactor = warmupFactor(step, totalSteps, training.sparsityWarmup);
    const dead = this.#dead.current();
    const context: Context = { ops: adaptiveOps, mode: 'train', step, totalSteps, dead, state };
    const args = { variant, hyper, params, x, context, sparsityFactor, measure };
    const pass = this.#leaks.during(() => lossGradients({ ...args, forUpdate: true }));
    const unit = this.#roles.decoderNorm === 'unit' ? this.#roles.decoder : undefined;
    const { gradients } = pass;
    const update = { params, moments, gradients, loss: pass.loss, step: step + 1, unit };
    const next = updateParams({ ...update, settings: { ...training, learningRate } });
    const fired = await pass.fired.data();
    const measured = await readScalars({ ...pass.scalars, loss: pass.loss, gradient_norm: next.norm });
    const { loss, gradient_norm: norm } = measured as { loss: number; gradient_norm: number };
    throwDeviceFault();
    // The loss and gradient norm show nearly every fault. The state is checked only in measured steps.
    const states = measure ? Object.values(pass.state) : [];
    const isFinite = Number.isFinite(loss) && Number.isFinite(norm) && (await areFinite(states));
    const broken = isFinite ? undefined : ((await firstNotFinite(args)) ?? gradientOverflow(step));

    tf.dispose([params, moments, dead.mask, pass.gradients, pass.fired, pass.loss, pass.scalars, next.norm]);
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
    const { [RELATIVE_ERROR]: relativeError = 0, ...logged } = measured;
    const exploded = hasExploded(logged['explained_variance'] ?? 0, relativeError);
    const resampled = await this.#resample(x);
    const dead_fraction = this.#dead.count() / this.#plan.dSae;
    return {
      loss,
      values: { ...logged, dead_fraction, learning_rate: learningRate, ...resampled },
      ...(broken && { notFinite: broken.tensor }),
      ...(exploded && { exploded: relativeError }),
    };
  }

  dispose(): void {
    disposeState(this.#current);
  }

  /** Reinitialises dead latents if the step is due for it, and reports how many. */
  async #resample(x: tf.Tensor2D): Promise<{ resampled: number } | undefined> {
    const { training, totalSteps, seed } = this.#plan;
    const { step, params, moments } = this.#current;
    const { resample } = training;
    if (resample === undefined || !isResampleStep(step, totalSteps, resample)) return undefined;
    // One random stream per step, so a resumed run makes the same draws.
    const random = seeded(seed, 'resample', step);
    const where = { current: this.#current, dead: this.#dead.latents(), x, rows: resample.rows };
    const fresh = await resampleDead({ ...this.#plan, ...where, ops: adaptiveOps, random });
    if (fresh === undefined) return { resampled: 0 };
    tf.dispose([params, moments]);
    this.#current = { ...this.#current, params: fresh.params, moments: fresh.moments };
    this.#dead.forgive(fresh.latents);
    return { resampled: fresh.latents.length };
  }
}

async function readScalars(tensors: Record<string, tf.Tensor>): Promise<Record<string, number>> {
  const values = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => [name, (await tensor.data())[0]] as const),
  );
  return Object.fromEntries(values) as Record<string, number>;
}
