/**
 * What a sparse-autoencoder architecture is to the rest of the project. A variant is a record of pure functions
 * over a record of parameters; trainer, evaluation, sweep and database know no architecture by name.
 *
 * Shapes: B rows of a batch, dIn the model's width at the hook, dSae the number of latents. Encoder and decoder
 * are both [dSae, dIn], a latent is a row; they are transposed only when saved.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { Code, CodeOps } from '../codes/code.ts';
import type { Random } from '../random/seeded.ts';
import type { InferenceSae, SaeTensor } from '../sae/inference-sae.ts';

/** A record of hyperparameters: JSON values only, since they go to the database and into a run's identity. */
export type Hyper = Record<string, unknown>;
/** Trained by gradient; the keys are the parameters' names in checkpoints. */
export type Params = Record<string, Tensor>;
/** What is not trained by gradient, e.g. a running threshold; checkpointed as the parameters are. */
export type State = Record<string, Tensor>;
/** Parameters or state outside the tensor library. */
export type HostTensors<T> = { readonly [K in keyof T]: SaeTensor };
/** What `encode` found; `code` is the one that is decoded, counted and tracked for dead latents. */
export type Encoded = { code: Code } & Record<string, Code | undefined>;

export interface Variant<
  H extends Hyper = any,
  P extends Params = any,
  E extends Encoded = any,
  S extends State = any,
> {
  /** Version of this contract. */
  readonly specVersion: 1;
  /** Kebab case; also the folder's name and what the database stores. */
  readonly name: string;
  /** Raised when the variant's mathematics changes; part of a run's identity. */
  readonly mathVersion: number;
  /** Where the mathematics comes from. */
  readonly paper: string;
  /** Strict object schema; every field described. */
  readonly hyper: z.ZodType<H>;
  /** The hyperparameter that a sweep turns to trade sparsity against fidelity: 'k', 'l1'. */
  readonly sparsity: keyof H & string;
  /** In words: which of the losses that go by this variant's name is minimised. Stored with every run. */
  lossConvention(hyper: H): string;
  /** Optimiser settings of the variant's source, where a sweep does not say otherwise. */
  defaults(args: { hyper: H; dIn: number; dSae: number }): OptimizerDefaults;
  /** What each parameter is to the trainer; every parameter has one role. */
  roles(hyper: H): Roles<P>;
  /**
   * Parameters whose gradient is a straight-through estimator, which no finite difference agrees with. Absent where
   * there is none.
   */
  readonly straightThrough?: readonly (keyof P & string)[];
  /** Checks what the schema cannot see, e.g. k ≤ dSae. Throws a SaeLabError. */
  validate?(args: { hyper: H; dIn: number; dSae: number }): void;
  init(args: InitArgs<H>): { params: P; state?: S };
  encode(params: P, x: Tensor2D, hyper: H, context: Context<S>): E;
  /** The reconstruction x̂, [B, dIn]. */
  decode(params: P, encoded: E, hyper: H, ops: CodeOps): Tensor2D;
  /** The loss is the sum of these terms, each times its weight and its schedule. */
  readonly losses: Readonly<Record<string, LossTerm<H, P, E>>>;
  /** The state after a training step; absent where the variant has none. */
  update?(encoded: E, hyper: H, context: Context<S>): S;
  /** What is saved, in one of the architectures that other tools load. */
  toInference(params: HostTensors<P>, hyper: H, state: HostTensors<S>): InferenceSae;
}

export interface OptimizerDefaults {
  learningRate: number;
  beta1: number;
  beta2: number;
  /** Largest global norm of the gradient; null for no clipping. */
  gradientClip: number | null;
  /** Fraction of the run over which sparsity terms rise from 0; 0.05 where it is absent. */
  sparsityWarmup?: number;
}

export interface Roles<P extends Params> {
  /** [dSae, dIn]. */
  readonly encoder: keyof P & string;
  /** [dSae, dIn]. */
  readonly decoder: keyof P & string;
  /** Vectors [dSae], one number per latent: what a latent begins with when it is made anew. */
  readonly perLatent: Readonly<Partial<Record<keyof P & string, number>>>;
  /** Vectors [dIn], one number per dimension of the activations. */
  readonly perDimension: readonly (keyof P & string)[];
  /**
   * 'unit': before Adam's step the part of the decoder's gradient along each row is removed, after it the rows
   * are rescaled to norm 1.
   */
  readonly decoderNorm: 'unit' | 'free';
}

export interface InitArgs<H extends Hyper> {
  readonly dIn: number;
  readonly dSae: number;
  readonly hyper: H;
  /** A batch of training activations, normalised as in training, [B, dIn]. */
  readonly sample: SaeTensor;
  readonly random: Random;
}

export interface Context<S extends State = State> {
  readonly ops: CodeOps;
  /** 'inference': as the saved SAE will do it, e.g. with BatchTopK's threshold in the place of its selection. */
  readonly mode: 'train' | 'inference';
  /** Steps done, of so many. */
  readonly step: number;
  readonly totalSteps: number;
  readonly state: S;
  /** Latents that have not fired for the configured number of tokens. */
  readonly dead: DeadLatents;
}

export interface DeadLatents {
  readonly count: number;
  /** 1 where the latent is dead, [dSae]. */
  readonly mask: Tensor1D;
}

export interface LossTerm<H extends Hyper, P extends Params, E extends Encoded> {
  /** An unweighted scalar, a mean over the batch. */
  compute(args: LossArgs<H, P, E>): Scalar;
  weight(hyper: H): number;
  /** 'sparsity' terms rise from 0 during the sparsity warmup. */
  readonly schedule: 'constant' | 'sparsity';
}

export interface LossArgs<H extends Hyper, P extends Params, E extends Encoded> {
  readonly x: Tensor2D;
  /** What `decode` gives, computed when it is first asked for: a loss that does not ask saves it. */
  readonly reconstruction: Tensor2D;
  readonly encoded: E;
  readonly params: P;
  readonly hyper: H;
  readonly ops: CodeOps;
  readonly dead: DeadLatents;
  /** Steps done, of `totalSteps`. */
  readonly step: number;
  readonly totalSteps: number;
}
