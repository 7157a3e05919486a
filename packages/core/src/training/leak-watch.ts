import { SaeLabError } from '@sae-lab/errors';
import { optimizer } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { LossGradients } from './loss-gradients.ts';

/**
 * Sees that a variant leaves no tensor behind: a few per step would fill the memory hours later, in the middle of a run.
 * The first pass is let off, since something may be made once and kept.
 */
export class LeakWatch {
  readonly #variant: string;
  #isFirst = true;

  constructor(variant: string) {
    this.#variant = variant;
  }

  /** @throws SaeLabError `variant.leaks` when there are more tensors after the pass than those that it returns */
  during(pass: () => LossGradients): LossGradients {
    const before = tf.memory().numTensors;
    const result = pass();
    const { loss, fired, gradients, metrics, state, isNewState } = result;
    const returned = [
      loss,
      fired,
      ...[gradients, metrics, isNewState ? state : {}].flatMap(Object.values<tf.Tensor>),
      ...Object.values(gradients).flatMap((gradient) => optimizer()?.tensorsBehind(gradient) ?? []),
    ];
    const left = tf.memory().numTensors - before - new Set(returned).size;
    const isLetOff = this.#isFirst;
    this.#isFirst = false;
    if (left <= 0 || isLetOff) return result;
    throw new SaeLabError('variant.leaks', {
      problem: `variant '${this.#variant}' leaves tensors in memory in each step`,
      field: 'encode, decode, losses or update',
      expected: 'no tensor more than before',
      received: `${left} more`,
      fix: 'Keep no tensor with tf.keep, and make none in a promise: what a step makes is disposed after it.',
    });
  }
}
