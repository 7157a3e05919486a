import * as tf from '@tensorflow/tfjs';

/**
 * An operation with a hand-written gradient: tfjs's `customGrad`, typed.
 *
 * A tensor that `forward` uses and that is not an input is a constant: no gradient reaches it.
 *
 * @param forward returns the value, and every tensor that `backward` uses: tfjs disposes the rest of the forward pass
 * @param backward returns one gradient per input, given the gradient of the value and the saved tensors
 * @example
 * const square = (x: tf.Tensor2D) =>
 *   withGradient(
 *     [x],
 *     () => ({ value: tf.square(x), saved: [x] }),
 *     (dy, [saved]) => [tf.mul(dy, tf.mul(saved, 2))],
 *   );
 */
export function withGradient<Out extends tf.Tensor, const Saved extends readonly tf.Tensor[]>(
  inputs: tf.Tensor[],
  forward: () => { value: Out; saved: Saved },
  backward: (dy: Out, saved: NoInfer<Saved>) => tf.Tensor[],
): Out {
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const { value, saved } = forward();
    save([...saved]);
    // tfjs hands back what was saved, in order.
    const gradFunc = (dy: Out | Out[], kept: unknown): tf.Tensor[] => backward(dy as Out, kept as Saved);
    return { value, gradFunc };
  });
  return op(...inputs);
}

/**
 * The same tensor as a constant: a stop-gradient.
 *
 * @example const residual = detach(tf.sub(x, args.reconstruction));
 */
export function detach<T extends tf.Tensor>(tensor: T): T {
  return detached(() => tf.clone(stops === undefined ? tensor : stops.at(tensor)));
}

/** What `compute` returns, as a constant. Its operations are not on the gradient tape. */
export function detached<T extends tf.Tensor>(compute: () => T): T {
  // tfjs has no stop-gradient. All that the tape sees is one constant input.
  return withGradient(
    [tf.scalar(0)],
    () => ({ value: compute(), saved: [] }),
    () => [tf.scalar(0)],
  );
}

/**
 * Records the values of stop-gradients in one evaluation of a loss and replays them in later ones. A finite difference
 * matches the gradient only if what the gradient treats as a constant stays constant.
 */
export class Stops {
  readonly #values: tf.Tensor[] = [];
  #next: number | undefined;

  at<T extends tf.Tensor>(tensor: T): T {
    if (this.#next === undefined) {
      this.#values.push(tf.keep(tensor.clone()));
      return tensor;
    }
    return this.#values[this.#next++] as T;
  }

  /** Evaluates `loss`, recording stop-gradients the first time and replaying them from then on. */
  during<T>(loss: () => T): T {
    // oxlint-disable-next-line typescript/no-this-alias -- `detach` looks it up, wherever it is called
    stops = this;
    if (this.#values.length > 0) this.#next = 0;
    try {
      return loss();
    } finally {
      stops = undefined;
    }
  }

  dispose(): void {
    tf.dispose(this.#values);
  }
}

let stops: Stops | undefined;
