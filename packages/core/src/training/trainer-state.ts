import * as tf from '@tensorflow/tfjs';
import type { Params, State, Variant } from '../variant/contract.ts';
import { zeroMoments, type Moments } from './adam.ts';
import { checkParams } from './check-params.ts';

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

/** The state of a run that has not begun: the variant's own initialisation. */
export function freshState(variant: Variant, args: Parameters<Variant['init']>[0]): TrainerState {
  const { params, state = {} } = tf.tidy<{ params: Params; state?: State }>(() => variant.init(args));
  checkParams(variant.name, params, variant.roles(args.hyper), args);
  const tokensSinceFired = new Float64Array(args.dSae);
  return { step: 0, params, moments: zeroMoments(params), state, tokensSinceFired };
}
