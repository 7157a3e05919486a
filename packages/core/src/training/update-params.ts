import { optimizer } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Params } from '../variant/contract.ts';
import { adam, biasCorrections, type AdamSettings, type Moments } from './adam.ts';
import { projectOutRows, unitRows } from './decoder-norm.ts';
import { clipGlobalNorm } from './gradient-clip.ts';

export interface UpdateArgs {
  /** Of the step that the gradients are from. */
  loss: tf.Scalar;
  params: Params;
  moments: Moments;
  gradients: Params;
  /** From 1. */
  step: number;
  settings: AdamSettings & { gradientClip: number | null };
  /** The parameter whose rows have norm 1, if there is one: its gradient along them is left out. */
  unit: string | undefined;
}

export interface Update {
  params: Params;
  moments: Moments;
  /** Of all gradients together, before clipping. */
  norm: tf.Scalar;
}

/**
 * The optimiser's step: clips the gradients, projects that of a unit-norm decoder, moves the parameters by Adam and makes
 * the decoder's rows of norm 1 again. The tensors given are not to be used afterwards, but by the caller disposed.
 *
 * Where the loss or a gradient is not finite, nothing moves on the CPU backend: the weights show how it came about.
 */
export function updateParams(args: UpdateArgs): Update {
  return optimizer() === undefined ? plainUpdate(args) : fusedUpdate(args);
}

/** By tfjs's operations, on any backend; by which the other way is tested. */
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

/** In one pass over each parameter, in place. */
function fusedUpdate({ loss, params, moments, gradients, step, settings, unit }: UpdateArgs): Update {
  const compiled = optimizer()!;
  const { gradientClip, beta1, beta2, epsilon } = settings;
  const squareSums: Record<string, number> = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    // Unless gradients are clipped, that of an unwritten one comes with the step, as long as it is surely finite.
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
