import * as tf from '@tensorflow/tfjs';
import { seeded } from '../random/seeded.ts';
import type { Hyper, InitArgs, Params, State, Variant } from '../variant/contract.ts';
import { zeroMoments, type Moments } from './adam.ts';
import { checkParams, shapesByRole } from './check-params.ts';

/** Everything that a training step changes and a checkpoint stores. */
export interface TrainerState {
  /** Completed steps. */
  step: number;
  params: Params;
  moments: Moments;
  state: State;
  /** Tokens since each latent last fired, [dSae]. */
  tokensSinceFired: Float64Array;
}

/** The tensors of a {@link TrainerState}, without their values. */
export interface StateLayout {
  readonly params: Layouts;
  /** Absent: not known, so not compared. */
  readonly state?: Layouts;
  readonly tokensSinceFired: { readonly length: number };
}

type Layouts = Readonly<Record<string, Pick<tf.Tensor, 'shape' | 'dtype'>>>;

/** Rows of the made-up sample that a variant's `init` sees when only the layout of its state is wanted. */
const LAYOUT_ROWS = 32;

/**
 * The state before the first step, made by the variant's `init`.
 *
 * @throws {SaeLabError} `variant.wrong-shape`, `variant.unnamed-parameter`, `variant.two-roles`, `variant.shared-tensor`
 */
export function freshState(variant: Variant, args: InitArgs<Hyper>): TrainerState {
  const { params, state = {} } = tf.tidy<{ params: Params; state?: State }>(() => variant.init(args));
  checkParams(variant.name, params, variant.roles(args.hyper), args);
  const tokensSinceFired = new Float64Array(args.dSae);
  return { step: 0, params, moments: zeroMoments(params), state, tokensSinceFired };
}

/**
 * The layout that {@link freshState} would give, without computing an initialisation: the parameters follow from the
 * roles. Only a variant that updates a state runs its `init`, on a made-up sample.
 */
export function stateLayout(
  variant: Variant,
  args: Pick<InitArgs<Hyper>, 'dIn' | 'dSae' | 'hyper'>,
): StateLayout {
  const shapes = shapesByRole(variant.roles(args.hyper), args);
  const params = Object.fromEntries(
    shapes.map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]),
  );
  const layout = { params, tokensSinceFired: { length: args.dSae } };
  if (variant.update === undefined) return layout;
  const random = seeded(0, 'layout');
  const data = Float32Array.from({ length: LAYOUT_ROWS * args.dIn }, () => random.normal());
  const fresh = freshState(variant, { ...args, sample: { shape: [LAYOUT_ROWS, args.dIn], data }, random });
  disposeState(fresh);
  return { ...layout, state: fresh.state };
}

export function disposeState({ params, moments, state }: TrainerState): void {
  tf.dispose([params, moments, state]);
}
