/**
 * The contract between an SAE architecture and the rest of the project. A variant is a record of pure functions over a
 * record of parameters. The trainer, evaluation, sweep and database see a variant only through it.
 *
 * Shapes: B rows of a batch, dIn the model's width at the hook, dSae the number of latents. Encoder and decoder are both
 * [dSae, dIn]: one row per latent. They are transposed only when saved.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { Code, CodeOps } from '../codes/code.ts';
import type { Random } from '../random/seeded.ts';
import type { InferenceSae, SaeTensor } from '../sae/inference-sae.ts';

/** Hyperparameters by name. JSON values only: they are stored in the database and hashed into a run's identity. */
export type Hyper = Record<string, unknown>;
/** Tensors trained by gradient, under the names that they have in checkpoints. */
export type Params = Record<string, Tensor>;
/** Tensors that steps change without a gradient, e.g. a running threshold. Stored in checkpoints. */
export type State = Record<string, Tensor>;
/** The state of a variant that has none. */
export type NoState = Record<string, never>;
/** Parameters or state as plain arrays, outside the tensor library. */
export type HostTensors<T> = { readonly [K in keyof T]: SaeTensor };
/** What `encode` returns. `code` is decoded, counted for L0 and watched for dead latents; other codes are the variant's own. */
export type Encoded = { code: Code } & Record<string, Code | undefined>;

/**
 * A variant as its author writes it, for `defineVariant`.
 *
 * H are its hyperparameters, P its parameters, E the codes that `encode` returns, S its state and C the names of its curves.
 */
export interface VariantDefinition<
  H extends Hyper = Hyper,
  P extends Params = Params,
  E extends Encoded = Encoded,
  S extends State = State,
  C extends string = string,
> {
  /**
   * Name in kebab case. It is also the folder's name and the name in the database.
   *
   * @example name: 'relu-l1'
   */
  readonly name: string;
  /**
   * Version of the variant's mathematics, part of a run's identity. Raise it whenever a change alters results.
   *
   * @example mathVersion: 1
   */
  readonly mathVersion: number;
  /**
   * Address of the paper.
   *
   * @example paper: 'https://arxiv.org/abs/2406.04093'
   */
  readonly paper: string;
  /**
   * Schema of the hyperparameters: a `z.strictObject` in which every field has a description.
   *
   * @example hyper: z.strictObject({ k: z.int().positive().describe('Latents that are on in each row.') })
   */
  readonly hyper: z.ZodType<H>;
  /**
   * The hyperparameter that trades sparsity against fidelity. Tables and charts label runs with it.
   *
   * @example sparsityHyper: 'k'
   */
  readonly sparsityHyper: keyof H & string;
  /**
   * The loss in words or formulas, precise enough to tell it from other losses of the same name. Stored with every run.
   *
   * @example lossConvention: () => 'mean_b[ ‖x − x̂‖² + λ·‖f‖₁ ], decoder rows of norm 1'
   */
  lossConvention(hyper: H): string;
  /**
   * The paper's optimiser settings, used where a sweep sets none.
   *
   * @example defaults: () => ({ learningRate: 3e-4, beta1: 0.9, beta2: 0.999, gradientClip: 1 })
   */
  defaults(args: { hyper: H; dIn: number; dSae: number }): OptimizerDefaults;
  /**
   * What each parameter is to the trainer. Every parameter has exactly one role.
   *
   * @example roles: () => standardRoles('unit')
   */
  roles(hyper: H): Roles<NoInfer<P>>;
  /**
   * Parameters whose gradient is a straight-through estimator, which finite differences cannot confirm.
   *
   * @example straightThrough: ['theta']
   */
  readonly straightThrough?: readonly (keyof NoInfer<P> & string)[];
  /**
   * Checks constraints between fields that a schema cannot express, e.g. k ≤ dSae.
   *
   * @throws {SaeLabError} a code of the variant's choice
   * @example validate: ({ hyper: { k }, dSae }) => requireAtMostWidth(k, dSae)
   */
  validate?(args: { hyper: H; dIn: number; dSae: number }): void;
  /**
   * Creates the parameters, and the state if there is one. Randomness must come from `args.random` only.
   *
   * @returns params, with the shapes that `roles` gives them; state, of any shapes
   * @example init: (args) => ({ params: fittedParams(args) })
   */
  init(args: InitArgs<H>): { params: P; state?: S };
  /**
   * Maps activations to codes.
   *
   * @param x activations, [B, dIn]
   * @returns `code`, [B, dSae], and any further codes that the losses need
   * @example
   * encode: ({ W_enc, b_enc, b_dec }, x, { k }, { ops }) =>
   *   ops.encode({ x, center: b_dec, W: W_enc, bias: b_enc, select: { code: select.topK(k) } })
   */
  encode(params: NoInfer<P>, x: Tensor2D, hyper: H, context: Context<NoInfer<S>>): E;
  /**
   * Maps codes to the reconstruction x̂.
   *
   * @returns [B, dIn]
   * @example decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec)
   */
  decode(params: NoInfer<P>, encoded: NoInfer<E>, hyper: H, ops: CodeOps): Tensor2D;
  /**
   * The terms of the loss, which is their sum, each times its weight and its schedule. Each becomes a curve `loss/<name>`.
   *
   * @example losses: { reconstruction: linearReconstructionLoss, auxk: auxK }
   */
  readonly losses: Readonly<Record<string, LossTerm<H, NoInfer<P>, NoInfer<E>>>>;
  /**
   * Returns the state after a training step, with the tensors and shapes of `init`'s. Leave it out if there is no state.
   *
   * @example update: ({ code }, _hyper, context) => nextThreshold(code, context)
   */
  update?(encoded: NoInfer<E>, hyper: H, context: Context<NoInfer<S>>): S;
  /**
   * The variant's own curves, by the name under which they are stored. `log` measures them.
   *
   * @example curves: { threshold: { label: 'Threshold', meaning: 'Mean of θ over the latents.' } }
   */
  readonly curves?: Readonly<Record<C, CurveDescription>>;
  /**
   * Measures one scalar for each of `curves`, at the steps at which L0 is measured. It cannot affect training: its
   * operations are not differentiated.
   *
   * @returns a scalar for every name in `curves`
   * @example log: ({ params: { theta } }) => ({ threshold: tf.mean(theta) })
   */
  log?(args: LogArgs<H, NoInfer<P>, NoInfer<E>, NoInfer<S>>): Readonly<Record<NoInfer<C>, Scalar>>;
  /**
   * Returns the SAE as it is saved, in an architecture that SAELens loads.
   *
   * @param params by name, shaped as in training
   * @example toInference: (params, { k }) => inferenceSae('topk', params, { k })
   */
  toInference(params: HostTensors<NoInfer<P>>, hyper: H, state: HostTensors<NoInfer<S>>): InferenceSae;
}

/** A variant as the rest of the project uses it; `defineVariant` makes it. Without arguments: any variant. */
export interface Variant<
  H extends Hyper = Hyper,
  P extends Params = Params,
  E extends Encoded = Encoded,
  S extends State = State,
> extends VariantDefinition<H, P, E, S> {
  /** Version of this contract, 1. `defineVariant` fills it in. */
  readonly specVersion: 1;
}

/** Settings of Adam, gradient clipping and warmup. */
export interface OptimizerDefaults {
  /** Peak learning rate, e.g. 3e-4. */
  learningRate: number;
  /** Decay of Adam's first moment, e.g. 0.9. */
  beta1: number;
  /** Decay of Adam's second moment, e.g. 0.999. */
  beta2: number;
  /** Largest global norm of the gradient, e.g. 1; null for no clipping. */
  gradientClip: number | null;
  /** Fraction of the run over which sparsity terms rise from 0, e.g. 0.2. Default 0.05. */
  sparsityWarmup?: number;
}

/** What each parameter is to the trainer: its shape, and how to reinitialise a dead latent. */
export interface Roles<P extends Params> {
  /** The encoder, [dSae, dIn], e.g. 'W_enc'. */
  readonly encoder: keyof P & string;
  /** The decoder, [dSae, dIn], e.g. 'W_dec'. */
  readonly decoder: keyof P & string;
  /** Vectors [dSae], with the value that a reinitialised latent gets, e.g. `{ b_enc: 0, theta: 0.01 }`. */
  readonly perLatent: Readonly<Partial<Record<keyof P & string, number>>>;
  /** Vectors [dIn], e.g. `['b_dec']`. */
  readonly perDimension: readonly (keyof P & string)[];
  /**
   * 'unit' keeps decoder rows at norm 1: the trainer removes the gradient along each row before Adam's step and rescales the
   * rows after it. 'free' does neither.
   */
  readonly decoderNorm: 'unit' | 'free';
}

/** What `init` is given. */
export interface InitArgs<H extends Hyper> {
  /** Width of the activations, e.g. 512. */
  readonly dIn: number;
  /** Number of latents, e.g. 4096. */
  readonly dSae: number;
  /** The run's hyperparameters, e.g. `{ k: 32 }`. */
  readonly hyper: H;
  /**
   * A batch of training activations as plain numbers, [rows, dIn], normalised as in training.
   *
   * @example const b_dec = geometricMedian(sample);
   */
  readonly sample: SaeTensor;
  /** The run's random generator, e.g. `random.normal()`. */
  readonly random: Random;
}

/** How far a run is. Schedules are functions of `step / totalSteps`, so that they fit runs of any length. */
export interface Progress {
  /** Steps completed so far: 0 in the first step, `totalSteps - 1` in the last, e.g. `1 - step / totalSteps`. */
  readonly step: number;
  /** Length of the run in steps, e.g. 10000. */
  readonly totalSteps: number;
}

/** What `encode` and `update` are given besides parameters and activations. */
export interface Context<S extends State = State> extends Progress {
  /** Operations on codes, e.g. `ops.encode({ x, W: W_enc, select: { code: select.topK(k) } })`. */
  readonly ops: CodeOps;
  /** 'inference' asks for the code of the saved SAE, e.g. with BatchTopK's threshold instead of its selection. */
  readonly mode: 'train' | 'inference';
  /** The variant's state before this step, as `init` or `update` returned it, e.g. `state.threshold`, a scalar. */
  readonly state: S;
  /** Latents that have not fired for the share of the run set by `training.deadAfter`, e.g. for `auxSelection`. */
  readonly dead: DeadLatents;
}

/** The dead latents of a step. */
export interface DeadLatents {
  /** How many there are, e.g. 12; 0 at the start of a run. */
  readonly count: number;
  /** [dSae], 1 for each dead latent, e.g. `select.topK(k, { mask: dead.mask })`. */
  readonly mask: Tensor1D;
}

/** One term of the loss. */
export interface LossTerm<H extends Hyper = Hyper, P extends Params = Params, E extends Encoded = Encoded> {
  /**
   * 'sparsity' terms rise from 0 to their weight during the sparsity warmup; 'constant' terms do not.
   *
   * @example schedule: 'sparsity'
   */
  readonly schedule: 'constant' | 'sparsity';
  /**
   * The term's coefficient. It can follow its own schedule.
   *
   * @example weight: ({ l1 }) => l1
   * @example weight: ({ l1 }, { step, totalSteps }) => l1 * (1 - step / totalSteps)
   */
  weight(hyper: H, progress: Progress): number;
  /**
   * The term's value before its weight: a scalar, by convention a mean over the batch.
   *
   * @example compute: ({ x, encoded: { code } }) => tf.div(code.sum(), x.shape[0])
   */
  compute(args: LossArgs<H, P, E>): Scalar;
}

/** What a loss term is given. */
export interface LossArgs<
  H extends Hyper = Hyper,
  P extends Params = Params,
  E extends Encoded = Encoded,
> extends Progress {
  /** Activations, [B, dIn]: constants, e.g. `x.shape[0]` for B. */
  readonly x: Tensor2D;
  /**
   * What `decode` returns, [B, dIn]. Computed on first use, so a loss that never reads it costs nothing.
   *
   * @example compute: ({ x, reconstruction }) => squaredError(x, reconstruction)
   */
  readonly reconstruction: Tensor2D;
  /** What `encode` returned: codes [B, dSae], e.g. `encoded.code.sum()`. */
  readonly encoded: E;
  /** The parameters by name, shaped as `roles` says, e.g. `params.W_dec`, [dSae, dIn]. */
  readonly params: P;
  /** The run's hyperparameters, e.g. `{ l1: 2 }`. */
  readonly hyper: H;
  /** Operations on codes, e.g. `ops.sumSquaredError(x, code, W_dec, b_dec)`. */
  readonly ops: CodeOps;
  /** The dead latents of this step, e.g. `dead.mask`, [dSae]. */
  readonly dead: DeadLatents;
}

/** What `log` is given: all that a loss term is given, and the state. */
export interface LogArgs<
  H extends Hyper = Hyper,
  P extends Params = Params,
  E extends Encoded = Encoded,
  S extends State = State,
> extends LossArgs<H, P, E> {
  /** The state after this step's `update`, e.g. `state.threshold`, a scalar. */
  readonly state: S;
}

/** How to present a curve. */
export interface CurveDescription {
  /** Its title in charts, in sentence case, e.g. 'Threshold'. */
  readonly label: string;
  /** What it measures, in one sentence, e.g. 'Mean of θ over the latents.' */
  readonly meaning: string;
  /** Its unit, e.g. 'latents per token'. Default: none. */
  readonly unit?: string;
  /** Significant digits to show, e.g. 3. Default 4. */
  readonly digits?: number;
  /** Which direction is an improvement. Default 'neither'. */
  readonly better?: 'higher' | 'lower' | 'neither';
}
