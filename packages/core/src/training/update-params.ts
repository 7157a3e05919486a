import { optimizer } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Params } from '../variant/contract.ts';
import { adam, biasCorrections, type AdamSettings, type Moments } from './adam.ts';
import { projectOutRows, unitRows } from './decoder-norm.ts';
import { clipGlobalNorm } from './gradient-clip.ts';

export interface UpdateArgs {
  /** The loss of the step. */
  loss: tf.Scalar;
  params: Params;
  moments: Moments;
  gradients: Params;
  /** Number of the step, from 1. */
  step: number;
  settings: AdamSettings & { gradientClip: number | null };
  /** The parameter whose rows are kept at norm 1, if any. The component of its gradient along the rows is removed. */
  unit: string | undefined;
}

export interface Update {
  params: Params;
  moments: Moments;
  /** Joint norm of all gradients, before clipping. */
  norm: tf.Scalar;
}

/**
 * Takes an optimiser step: clips the gradients, projects the gradient of a unit-norm decoder, updates the parameters by
 * Adam and rescales the decoder's rows to norm 1. The caller must dispose the tensors it passed and not use them again.
 *
 * On the CPU backend a non-finite loss or gradient changes nothing, so that the weights that caused it can be inspected.
 */
export function updateParams(args: UpdateArgs): Update {
  return optimizer() === undefined ? plainUpdate(args) : fusedUpdate(args);
}

/** The update in tfjs operations, for any backend. The fused update is tested against it. */
export function plainUpdate({ params, moments, gradients, step, settings, unit }: UpdateArgs): Update {
  return tf.tidy(() => {
    const clipped = clipGlobalNorm(gradients, settings.gradientClip);
    if (unit !== undefined) {
      const along = params[unit] as tf.Tensor2D;
      clipped.gradients[unit] = projectOutRows(clipped.gradients[unit] as tf.Tensor2D, along);
    }
    const next = adam(params, clipped.gradients, moments, step, settings);
    if (unit !== undefined) next.params[unit] = unitRows(next.params[unit] as tf.Tensor2D);
    return { ...next, norm: clipped.norm };
  });
}

/** The update in one pass over each parameter, in place. */
function fusedUpdate({ loss, params, moments, gradients, step, settings, unit }: UpdateArgs): Update {
  const compiled = optimizer()!;
  const { gradientClip, beta1, beta2, epsilon } = settings;
  const squareSums: Record<string, number> = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    // Without clipping, the norm of an unmaterialised gradient is computed along with the step, if it is surely finite.
    if (gradientClip === null && compiled.isSurelyFinite(gradient)) continue;
    squareSums[name] = compiled.squareSum(gradient);
  }
  const written = normOf(squareSums);
  const isSound = Number.isFinite(written) && Number.isFinite(loss.dataSync()[0]);
  const rates = {
    scale: gradientClip === null ? 1 : Math.min(1, gradientClip / (written + 1e-6)),
    beta1,
    beta2,
    epsilon,
    ...biasCorrections(step, settings),
  };
  const next: Omit<Update, 'norm'> = { params: {}, moments: { m: {}, v: {} } };
  for (const name of Object.keys(params)) {
    const was = { parameter: params[name]!, m: moments.m[name]!, v: moments.v[name]! };
    const isUnit = name === unit;
    const { parameter, m, v, squareSum } = isSound
      ? compiled.adam({ ...was, ...rates, gradient: gradients[name]!, isUnit })
      : { parameter: tf.clone(was.parameter), m: tf.clone(was.m), v: tf.clone(was.v) };
    squareSums[name] ??= squareSum ?? 0;
    next.params[name] = parameter;
    next.moments.m[name] = m;
    next.moments.v[name] = v;
  }
  return { ...next, norm: tf.scalar(normOf(squareSums)) };
}

function normOf(squareSums: Record<string, number>): number {
  return Math.sqrt(Object.values(squareSums).reduce((sum, squares) => sum + squares, 0));
}
