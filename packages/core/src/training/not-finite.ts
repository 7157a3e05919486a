/** Finds the first non-finite tensor of a step, and whether activations, variant or settings caused it. */
import { SaeLabError } from '@sae-lab/errors';
import { LOSS_TERM } from '@sae-lab/measures';
import * as tf from '@tensorflow/tfjs';
import { RELATIVE_ERROR } from './batch-errors.ts';
import { lossGradients, type LossArguments } from './loss-gradients.ts';
import { activationsNotFinite, activationsOutOfRange } from '../activations/unusable-activations.ts';

/** A reconstruction has exploded if its squared error exceeds the variance by this factor … */
const EXPLODED = 1e4;
/** … and the squared norm of the activations by this one: the variance of a few rows can be close to 0. */
const EXPLODED_RELATIVE = 100;

/**
 * Whether a reconstruction has exploded, as opposed to being merely bad.
 *
 * @param explainedVariance NaN if undefined
 * @param relativeError the squared error divided by the squared norm of the activations
 */
export function hasExploded(explainedVariance: number, relativeError: number): boolean {
  return !(1 - explainedVariance <= EXPLODED) && !(relativeError <= EXPLODED_RELATIVE);
}

const BATCH = 'the batch of activations';
const WEIGHTED_SUM = 'the weighted sum of the loss terms';

export interface NotFinite {
  /** In words: `the gradient of W_enc`. */
  tensor: string;
  /** The cause, if it is not divergence: `variant.not-finite`, `run.loss-overflow`, `activations.*`. */
  fault?: SaeLabError;
}

export async function areFinite(tensors: Iterable<tf.Tensor>): Promise<boolean> {
  for (const tensor of tensors) {
    if (!(await tensor.data()).every(Number.isFinite)) return false;
  }
  return true;
}

/**
 * Repeats a step's forward and backward pass and checks all its tensors, in the order in which they are computed.
 *
 * A learning rate that is too high blows up the weights first, and with them the reconstruction. So the variant is at
 * fault if the weights are still those of its init, or if weights and reconstruction are sound.
 *
 * @returns undefined if all tensors are finite
 */
export async function firstNotFinite(args: LossArguments): Promise<NotFinite | undefined> {
  const { params, x, variant, context } = args;
  const unusable = await unusableBatch(x);
  if (unusable !== undefined) return { tensor: BATCH, fault: unusable };
  const { loss, fired, gradients, scalars, state, isNewState } = lossGradients({
    ...args,
    measure: true,
  });
  try {
    const terms = Object.entries(scalars).filter(([name]) => name.startsWith(LOSS_TERM));
    const candidates: [string, tf.Tensor][] = [
      ...Object.entries(params).map(([name, tensor]): [string, tf.Tensor] => [
        `the parameter ${name}`,
        tensor,
      ]),
      ...terms.map(([name, tensor]): [string, tf.Tensor] => [
        `the loss term ${name.slice(LOSS_TERM.length)}`,
        tensor,
      ]),
      [WEIGHTED_SUM, loss],
      ...Object.entries(gradients).map(([name, tensor]): [string, tf.Tensor] => [
        `the gradient of ${name}`,
        tensor,
      ]),
      ...Object.entries(state).map(([name, tensor]): [string, tf.Tensor] => [`the state ${name}`, tensor]),
    ];
    const found = await firstOf(candidates);
    if (found === undefined) return undefined;
    const [explainedVariance, relativeError] = await Promise.all(
      ['explained_variance', RELATIVE_ERROR].map(async (name) => (await scalars[name]!.data())[0]!),
    );
    const isSound =
      (await areFinite(Object.values(params))) && !hasExploded(explainedVariance!, relativeError!);
    if (context.step > 0 && !isSound) return { tensor: found };
    const fault =
      found === WEIGHTED_SUM
        ? lossOverflow(variant.name, context.step)
        : notFinite(variant.name, found, context.step);
    return { tensor: found, fault };
  } finally {
    tf.dispose([loss, fired, gradients, scalars]);
    if (isNewState) tf.dispose(state);
  }
}

/** Also detects finite activations whose squares overflow, which only unscaled ones do. */
async function unusableBatch(x: tf.Tensor2D): Promise<SaeLabError | undefined> {
  if (!(await areFinite([x]))) return activationsNotFinite('training');
  const squares = tf.tidy(() => tf.sum(tf.square(x)));
  const isFinite = await areFinite([squares]);
  squares.dispose();
  if (isFinite) return undefined;
  const values = await x.data();
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]! ** 2;
  return activationsOutOfRange(total / x.shape[0], false);
}

async function firstOf(candidates: [string, tf.Tensor][]): Promise<string | undefined> {
  for (const [name, tensor] of candidates) {
    if (!(await areFinite([tensor]))) return name;
  }
  return undefined;
}

/** All gradients are finite, but their norm overflows, so they cannot be clipped. */
export function gradientOverflow(step: number): NotFinite {
  const tensor = 'the norm of the gradient';
  const fault = new SaeLabError('run.gradient-overflow', {
    problem: `the gradient of step ${step} is finite, but its norm overflows`,
    field: 'training',
    expected: 'a norm of at most 3.4e38, the range of float32',
    received: 'infinity',
    fix: 'Lower the coefficients, or set training.normalize to true.',
  });
  return { tensor, fault };
}

/** Every term is finite, so a weight is too large. */
function lossOverflow(variant: string, step: number): SaeLabError {
  return new SaeLabError('run.loss-overflow', {
    problem: `the loss terms of variant '${variant}' are finite, but their weighted sum overflows`,
    field: 'hyper',
    expected: 'a sum of at most 3.4e38, the range of float32',
    received: `NaN or infinity at step ${step}`,
    fix: 'Lower the coefficients.',
  });
}

function notFinite(variant: string, tensor: string, step: number): SaeLabError {
  return new SaeLabError('variant.not-finite', {
    problem: `variant '${variant}' produced a non-finite value from finite weights`,
    field: tensor,
    expected: 'finite numbers',
    received: `NaN or infinity at step ${step}`,
    fix: 'Look for a division by zero, or the derivative of a root or logarithm at 0. tf.divNoNan may help.',
  });
}
