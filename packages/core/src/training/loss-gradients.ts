import { SaeLabError } from '@sae-lab/errors';
import { optimizer } from '@sae-lab/kernels';
import { LOSS_TERM } from '@sae-lab/measures';
import * as tf from '@tensorflow/tfjs';
import type { Context, Hyper, Params, State, Variant } from '../variant/contract.ts';
import { checkState, namedParams } from './check-outputs.ts';
import { batchErrors, RELATIVE_ERROR } from './batch-errors.ts';
import { lossTerms } from './loss-terms.ts';
import { variantCurves } from './variant-curves.ts';

export interface LossArguments {
  variant: Variant;
  hyper: Hyper;
  params: Params;
  /** [B, dIn]. */
  x: tf.Tensor2D;
  context: Context;
  /** Multiplies the weight of sparsity terms: their warmup. */
  sparsityFactor: number;
  /** Also measure the costly curves: L0, explained variance, the code's layout. */
  measure: boolean;
  /** Do not materialise gradients that the optimiser can expand row by row. */
  forUpdate?: boolean;
}

/** Tensors that the caller disposes. */
export interface LossGradients {
  loss: tf.Scalar;
  gradients: Params;
  /** 1 for each latent that fired, [dSae]. */
  fired: tf.Tensor1D;
  /** The variant's next state, or the same state if it has no update. */
  state: State;
  isNewState: boolean;
  /**
   * Scalars for the curves. `loss/<name>` is each unweighted loss term. With `measure`, also `l0`,
   * `explained_variance` of the batch, `sparse_code` (1 = sparse kernels, 0 = dense products), and `relative_error`, the
   * squared error divided by the squared norm of the batch, which is not logged.
   */
  scalars: Record<string, tf.Tensor>;
}

/**
 * Forward and backward pass of a variant's losses on one batch.
 *
 * @throws {SaeLabError} `variant.no-gradient` if the losses do not depend on a parameter, `variant.wrong-shape`,
 *   `variant.wrong-state`, `variant.unnamed-parameter`
 */
export function lossGradients(args: LossArguments): LossGradients {
  const { variant, hyper, x, context, sparsityFactor, measure } = args;
  const params = namedParams(variant.name, args.params);
  const scalars: Record<string, tf.Tensor> = {};
  let fired: tf.Tensor1D | undefined;
  let nextState = context.state;

  const loss = (): tf.Scalar => {
    const forward = lossTerms(variant, hyper, params, x, context);
    const { encoded, terms } = forward;
    const weighted: tf.Scalar[] = [];
    for (const [name, unweighted] of Object.entries(terms)) {
      const term = variant.losses[name]!;
      const weight = term.weight(hyper, context) * (term.schedule === 'sparsity' ? sparsityFactor : 1);
      weighted.push(weight === 1 ? unweighted : tf.mul<tf.Scalar>(unweighted, weight));
      scalars[`${LOSS_TERM}${name}`] = tf.keep(unweighted.clone());
    }
    fired = tf.keep(encoded.code.fired());
    if (variant.update !== undefined) {
      const updated = variant.update(encoded, hyper, context);
      checkState(variant.name, updated, context.state);
      // Cloned, because update may return a tensor of the old state unchanged.
      const kept = Object.entries(updated).map(([name, tensor]) => [name, tf.keep(tensor.clone())]);
      nextState = Object.fromEntries(kept);
    }
    if (measure) {
      scalars['l0'] = tf.keep(tf.div(encoded.code.countNonZero(), x.shape[0]));
      scalars['sparse_code'] = tf.keep(tf.scalar(encoded.code.layout === 'sparse' ? 1 : 0));
      const { explainedVariance, relativeError } = batchErrors(x, forward.reconstruction);
      scalars['explained_variance'] = tf.keep(explainedVariance);
      scalars[RELATIVE_ERROR] = tf.keep(relativeError);
      Object.assign(scalars, variantCurves(variant, { ...forward.args, state: nextState }));
    }
    return weighted.length === 0 ? tf.scalar(0) : weighted.reduce((sum, term) => tf.add(sum, term));
  };
  const tensors = Object.values(args.params);
  const backward = () => valueAndGradients(variant.name, loss, tensors);
  const compiled = args.forUpdate === true ? optimizer() : undefined;
  const { value, grads } = compiled?.withEntryGradients(tensors, backward) ?? backward();
  const gradients = Object.keys(args.params).map((name, i) => {
    const gradient = grads[i];
    if (gradient == null) throw noGradient(variant.name, name);
    return [name, gradient];
  });
  return {
    loss: value,
    gradients: Object.fromEntries(gradients),
    fired: fired as tf.Tensor1D,
    state: nextState,
    isNewState: nextState !== context.state,
    scalars,
  };
}

/** Like tf.valueAndGrads, but a missing gradient is null, so that the error can name its parameter. */
function valueAndGradients(
  variant: string,
  loss: () => tf.Scalar,
  params: tf.Tensor[],
): { value: tf.Scalar; grads: (tf.Tensor | null | undefined)[] } {
  try {
    return tf.engine().gradients(loss, params, undefined, true);
  } catch (cause) {
    const operation = /gradient function not found for (\w+)/.exec(String(cause))?.[1];
    if (operation === undefined) throw cause;
    throw new SaeLabError('variant.no-gradient', {
      problem: `variant '${variant}' uses an operation that has no gradient`,
      field: operation,
      fix: 'Select latents with ops.encode, and wrap constants in detach.',
      cause,
    });
  }
}

function noGradient(variant: string, parameter: string): SaeLabError {
  return new SaeLabError('variant.no-gradient', {
    problem: `the losses of variant '${variant}' do not depend on its parameter '${parameter}'`,
    field: parameter,
    fix: 'Use the parameter in encode, decode or a loss, or move it to the state.',
  });
}
