/** Which tensor of a step is the first that is not finite, and whether the variant or the run's settings are to blame. */
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import { lossGradients, type LossArguments } from './loss-gradients.ts';

/** A squared error this many times the variance is no training any more. */
const EXPLODED = 1e4;

/** Whether a reconstruction of that explained variance has exploded; a bad one has not. */
export function hasExploded(explainedVariance: number): boolean {
  return !(1 - explainedVariance <= EXPLODED);
}

export interface NotFinite {
  /** In words: `the gradient of W_enc`. */
  tensor: string;
  /** Where the variant is at fault: `variant.not-finite`. */
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
  const { loss, fired, gradients, metrics, state, isNewState } = lossGradients({
    ...args,
    withMetrics: true,
  });
  try {
    const terms = Object.entries(metrics).filter(([name]) => name.startsWith('loss/'));
    const candidates: [string, tf.Tensor][] = [
      ['the batch of activations', x],
      ...Object.entries(params).map(([name, tensor]): [string, tf.Tensor] => [
        `the parameter ${name}`,
        tensor,
      ]),
      ...terms.map(([name, tensor]): [string, tf.Tensor] => [`the loss term ${name.slice(5)}`, tensor]),
      ['the sum of the loss terms, each times its weight', loss],
      ...Object.entries(gradients).map(([name, tensor]): [string, tf.Tensor] => [
        `the gradient of ${name}`,
        tensor,
      ]),
      ...Object.entries(state).map(([name, tensor]): [string, tf.Tensor] => [`the state ${name}`, tensor]),
    ];
    const found = await firstOf(candidates);
    if (found === undefined) return undefined;
    const explainedVariance = (await metrics['explained_variance']!.data())[0]!;
    const isSound = (await areFinite(Object.values(params))) && !hasExploded(explainedVariance);
    const isFault = (await areFinite([x])) && (context.step === 0 || isSound);
    return isFault
      ? { tensor: found, fault: notFinite(variant.name, found, context.step) }
      : { tensor: found };
  } finally {
    tf.dispose([loss, fired, gradients, metrics]);
    if (isNewState) tf.dispose(state);
  }
}

async function firstOf(candidates: [string, tf.Tensor][]): Promise<string | undefined> {
  for (const [name, tensor] of candidates) {
    if (!(await areFinite([tensor]))) return name;
  }
  return undefined;
}

function notFinite(variant: string, tensor: string, step: number): SaeLabError {
  return new SaeLabError('variant.not-finite', {
    problem: `variant '${variant}' computes what is no number, from weights that are sound`,
    field: tensor,
    expected: 'finite numbers',
    received: `NaN or infinity at step ${step}`,
    fix: 'Look for a division by zero, or the derivative of a root or a logarithm at 0; tf.divNoNan helps.',
  });
}
