/** Which tensor of a step is the first that is not finite, and whether activations, variant or settings are to blame. */
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import { lossGradients, type LossArguments } from './loss-gradients.ts';
import { activationsNotFinite, activationsOutOfRange } from '../activations/unusable-activations.ts';

/** A squared error this many times the variance is no training any more, */
const EXPLODED = 1e4;
/** unless the variance is next to nothing, as that of a few rows can be, and the error is of the size of the activations. */
const EXPLODED_RELATIVE = 100;

/**
 * Whether a reconstruction has exploded; a bad one has not.
 *
 * @param explainedVariance NaN where it is undefined
 * @param relativeError the squared error by the squared norm of the activations
 */
export function hasExploded(explainedVariance: number, relativeError: number): boolean {
  return !(1 - explainedVariance <= EXPLODED) && !(relativeError <= EXPLODED_RELATIVE);
}

const BATCH = 'the batch of activations';
const WEIGHTED_SUM = 'the sum of the loss terms, each times its weight';

export interface NotFinite {
  /** In words: `the gradient of W_enc`. */
  tensor: string;
  /** Where the run's training is not to blame: `variant.not-finite`, `run.loss-overflow`, `activations.*`. */
  fault?: SaeLabError;
}

export async function areFinite(tensors: Iterable<tf.Tensor>): Promise<boolean> {
  for (const tensor of tensors) {
    if (!(await tensor.data()).every(Number.isFinite)) return false;
  }
  return true;
}

/**
 * Repeats a step's forward and backward pass to look at all its tensors, in the order in which they come about.
 *
 * Too high a learning rate blows up the weights first, and with them the reconstruction. So the variant is at fault
 * where the weights are still those of its init, or where weights and reconstruction are sound and something is not.
 *
 * @returns undefined where all are finite
 */
export async function firstNotFinite(args: LossArguments): Promise<NotFinite | undefined> {
  const { params, x, variant, context } = args;
  const unusable = await unusableBatch(x);
  if (unusable !== undefined) return { tensor: BATCH, fault: unusable };
  const { loss, fired, gradients, metrics, state, isNewState } = lossGradients({
    ...args,
    withMetrics: true,
  });
  try {
    const terms = Object.entries(metrics).filter(([name]) => name.startsWith('loss/'));
    const candidates: [string, tf.Tensor][] = [
      ...Object.entries(params).map(([name, tensor]): [string, tf.Tensor] => [
        `the parameter ${name}`,
        tensor,
      ]),
      ...terms.map(([name, tensor]): [string, tf.Tensor] => [`the loss term ${name.slice(5)}`, tensor]),
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
      ['explained_variance', 'relative_error'].map(async (name) => (await metrics[name]!.data())[0]!),
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
    tf.dispose([loss, fired, gradients, metrics]);
    if (isNewState) tf.dispose(state);
  }
}

/** Finite activations whose squares are not are found only where they are not scaled. */
async function unusableBatch(x: tf.Tensor2D): Promise<SaeLabError | undefined> {
  if (!(await areFinite([x]))) return activationsNotFinite('that are trained on');
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

/** All gradients are finite, but not the sum of their squares: nothing can be clipped, and nothing moves. */
export function gradientOverflow(step: number): NotFinite {
  const tensor = 'the norm of the gradient';
  const fault = new SaeLabError('run.gradient-overflow', {
    problem: `the gradient of step ${step} is finite, but its norm is too large`,
    field: 'training',
    expected: 'a norm that float32 holds, at most 3.4e38',
    received: 'infinity',
    fix: 'Lower the coefficients, or set training.normalize to true.',
  });
  return { tensor, fault };
}

/** Each term is finite, so a weight is to blame. */
function lossOverflow(variant: string, step: number): SaeLabError {
  return new SaeLabError('run.loss-overflow', {
    problem: `the loss terms of variant '${variant}' are finite, but not their sum, each times its weight`,
    field: 'hyper',
    expected: 'a sum that float32 holds, at most 3.4e38',
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
    fix: 'Look for a division by zero, or the derivative of a root or a logarithm at 0; tf.divNoNan helps.',
  });
}
