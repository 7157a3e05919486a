import { SaeLabError } from '@sae-lab/errors';
import { isTrainerCurve } from '@sae-lab/measures';
import * as tf from '@tensorflow/tfjs';
import { detached } from '../codes/with-gradient.ts';
import { RELATIVE_ERROR } from './batch-errors.ts';
import type { LogArgs, Variant } from '../variant/contract.ts';

/**
 * One point of each of a variant's own curves. Nothing that `log` computes is on the gradient tape, so that it cannot affect
 * training.
 *
 * @returns scalars that the caller disposes
 * @throws {SaeLabError} `variant.wrong-curves` if `log` does not return exactly the curves that the variant declares
 */
export function variantCurves(variant: Variant, args: LogArgs): Record<string, tf.Tensor> {
  const declared = Object.keys(variant.curves ?? {});
  if (variant.log === undefined && declared.length === 0) return {};
  let names: string[] = [];
  const values = detached(() => {
    const logged = variant.log?.(args) ?? {};
    names = Object.keys(logged);
    requireDeclared(variant.name, declared, logged);
    return tf.stack(Object.values(logged)) as tf.Tensor1D;
  });
  return Object.fromEntries(tf.unstack(values).map((value, i) => [names[i]!, tf.keep(value)]));
}

function requireDeclared(
  variant: string,
  declared: readonly string[],
  logged: Record<string, unknown>,
): void {
  const names = Object.keys(logged);
  const [expected, received] = [declared.toSorted().join(', '), names.toSorted().join(', ')];
  if (expected !== received || names.length === 0) {
    throw wrongCurves(`variant '${variant}': log() does not return the curves that the variant declares`, {
      expected: expected || 'none',
      received: received || 'none',
      fix: 'Return one scalar for each name in `curves`, and describe each scalar there.',
    });
  }
  const taken = names.find((name) => isTrainerCurve(name) || name === RELATIVE_ERROR);
  if (taken !== undefined) {
    throw wrongCurves(`variant '${variant}' declares a curve that the trainer logs for every variant`, {
      received: taken,
      fix: 'Choose another name.',
    });
  }
  for (const [name, value] of Object.entries(logged)) {
    if (value instanceof tf.Tensor && value.rank === 0) continue;
    throw wrongCurves(`variant '${variant}': log() returns something other than a scalar tensor`, {
      expected: `a tensor of shape [] for '${name}'`,
      received: value instanceof tf.Tensor ? `a tensor of shape [${value.shape.join(', ')}]` : typeof value,
      fix: 'Reduce it to one number, e.g. with tf.mean.',
    });
  }
}

function wrongCurves(
  problem: string,
  details: { expected?: string; received: string; fix: string },
): SaeLabError {
  return new SaeLabError('variant.wrong-curves', { problem, field: 'log()', ...details });
}
