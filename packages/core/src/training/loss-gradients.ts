import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import { lossTerms } from './loss-terms.ts';
import type { Context, Encoded, Hyper, LossTerm, Params, State, Variant } from '../variant/contract.ts';

export interface LossArguments {
  variant: Variant;
  hyper: Hyper;
  params: Params;
  /** [B, dIn]. */
  x: tf.Tensor2D;
  context: Context;
  /** Multiplies the weight of sparsity terms: their warmup. */
  sparsityFactor: number;
  /** Also compute what is logged. */
  withMetrics: boolean;
}

/** Tensors that the caller disposes. */
export interface LossGradients {
  loss: tf.Scalar;
  gradients: Params;
  /** 1 for each latent that fired, [dSae]. */
  fired: tf.Tensor1D;
  /** The variant's next state, or the one given where it has no update. */
  state: State;
  /** Scalars for the curves: each unweighted loss term as `loss/<name>`, l0, explained_variance of the batch. */
  metrics: Record<string, tf.Tensor>;
}

/**
 * Forward and backward pass of a variant's losses on one batch.
 *
 * @throws SaeLabError `variant.no-gradient` when the losses do not depend on a parameter
 */
export function lossGradients(args: LossArguments): LossGradients {
  const { variant, hyper, params, x, context, sparsityFactor, withMetrics } = args;
  const names = Object.keys(params);
  const metrics: Record<string, tf.Tensor> = {};
  let fired: tf.Tensor1D | undefined;
  let nextState = context.state;

  const loss = (): tf.Scalar => {
    const { encoded, reconstruction, terms } = lossTerms(variant, hyper, params, x, context);
    let total = tf.scalar(0);
    for (const [name, unweighted] of Object.entries(terms)) {
      const { weight, schedule } = variant.losses[name] as LossTerm<Hyper, Params, Encoded>;
      const factor = weight(hyper) * (schedule === 'sparsity' ? sparsityFactor : 1);
      total = tf.add(total, tf.mul<tf.Scalar>(unweighted, factor));
      if (withMetrics) metrics[`loss/${name}`] = tf.keep(unweighted.clone());
    }
    fired = tf.keep(encoded.code.fired());
    if (variant.update !== undefined) {
      nextState = variant.update(encoded, hyper, context) as State;
      Object.values(nextState).forEach(tf.keep);
    }
    if (withMetrics) {
      metrics['l0'] = tf.keep(tf.div(encoded.code.countNonZero(), x.shape[0]));
      metrics['explained_variance'] = tf.keep(batchExplainedVariance(x, reconstruction));
    }
    return total;
  };
  // tf.valueAndGrads would name no parameter where a gradient is missing.
  const { value, grads } = tf.engine().gradients(loss, Object.values(params), undefined, true);

  const gradients = names.map((name, i) => {
    const gradient = grads[i] as tf.Tensor | null;
    if (gradient == null) throw noGradient(variant.name, name);
    return [name, gradient];
  });
  return {
    loss: value,
    gradients: Object.fromEntries(gradients) as Params,
    fired: fired as tf.Tensor1D,
    state: nextState,
    metrics,
  };
}

/** Of one batch, for curves; the figures of a finished run come from the evaluation. */
function batchExplainedVariance(x: tf.Tensor2D, reconstruction: tf.Tensor2D): tf.Tensor {
  const residual = tf.sum(tf.squaredDifference(x, reconstruction));
  const total = tf.sum(tf.squaredDifference(x, tf.mean(x, 0, true)));
  // One row, or equal ones, have no variance that could be explained.
  return tf.sub(1, tf.divNoNan(residual, total));
}

function noGradient(variant: string, parameter: string): SaeLabError {
  return new SaeLabError('variant.no-gradient', {
    problem: `the losses of variant '${variant}' do not depend on its parameter '${parameter}'`,
    field: parameter,
    fix: 'Use the parameter in encode, decode or a loss, or move it to the state.',
  });
}
