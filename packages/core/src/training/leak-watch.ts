import { SaeLabError } from '@sae-lab/errors';
import { optimizer } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { LossGradients } from './loss-gradients.ts';

/**
 * Detects variants that leak tensors: a few per step would fill the memory hours into a run. The first pass is not
 * checked, since a variant may create tensors once and keep them.
 */
export class LeakWatch {
  readonly #variant: string;
  #isFirst = true;

  constructor(variant: string) {
    this.#variant = variant;
  }

  /** @throws {SaeLabError} `variant.leaks` if the pass leaves more tensors than it returns */
  during(pass: () => LossGradients): LossGradients {
    const before = tf.memory().numTensors;
    const result = pass();
    const { loss, fired, gradients, scalars, state, isNewState } = result;
    const returned = [
      loss,
      fired,
      ...[gradients, scalars, isNewState ? state : {}].flatMap(Object.values<tf.Tensor>),
      ...Object.values(gradients).flatMap((gradient) => optimizer()?.tensorsBehind(gradient) ?? []),
    ];
    const left = tf.memory().numTensors - before - new Set(returned).size;
    const isUnchecked = this.#isFirst;
    this.#isFirst = false;
    if (left <= 0 || isUnchecked) return result;
    throw new SaeLabError('variant.leaks', {
      problem: `variant '${this.#variant}' leaks tensors in each step`,
      field: 'encode, decode, losses or update',
      expected: 'no additional tensors',
      received: `${left} additional`,
      fix: 'Do not call tf.keep, and create no tensors in promises. All other tensors are disposed after the step.',
    });
  }
}
