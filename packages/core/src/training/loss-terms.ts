import type * as tf from '@tensorflow/tfjs';
import { checkEncoded, checkTensor } from './check-outputs.ts';
import type { Context, Encoded, Hyper, LossArgs, Params, Variant } from '../variant/contract.ts';

export interface ForwardPass {
  encoded: Encoded;
  /** [B, dIn]; decoded on first access. */
  readonly reconstruction: tf.Tensor2D;
  /** Unweighted scalars by name. */
  terms: Record<string, tf.Scalar>;
  /** What the loss terms were given. */
  args: LossArgs;
}

/**
 * A variant's forward pass on one batch.
 *
 * @throws {SaeLabError} `variant.wrong-shape`
 */
export function lossTerms(
  variant: Variant,
  hyper: Hyper,
  params: Params,
  x: tf.Tensor2D,
  context: Context,
): ForwardPass {
  const encoded = variant.encode(params, x, hyper, context);
  checkEncoded(variant.name, encoded, [x.shape[0], context.dead.mask.shape[0]]);
  const { ops, dead, step, totalSteps } = context;
  let decoded: tf.Tensor2D | undefined;
  const args: LossArgs = {
    x,
    encoded,
    params,
    hyper,
    ops,
    dead,
    step,
    totalSteps,
    get reconstruction() {
      // The first access may be inside a tidy, which disposes the tensor before the next access.
      if (decoded !== undefined && !decoded.isDisposed) return decoded;
      decoded = variant.decode(params, encoded, hyper, ops);
      checkTensor(variant.name, 'decode()', decoded, x.shape);
      return decoded;
    },
  };
  const terms: Record<string, tf.Scalar> = {};
  for (const [name, term] of Object.entries(variant.losses)) {
    terms[name] = term.compute(args);
    checkTensor(variant.name, `losses.${name}`, terms[name], []);
  }
  return {
    encoded,
    terms,
    args,
    get reconstruction() {
      return args.reconstruction;
    },
  };
}
