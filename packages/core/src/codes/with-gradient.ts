import * as tf from '@tensorflow/tfjs';

/**
 * An operation with a hand-written gradient. tfjs's own `customGrad`, typed: `forward` hands over what `backward`
 * needs besides the inputs (tensors made inside would be disposed before it runs), `backward` answers one
 * gradient per input. What `forward` uses without being an input is a constant: nothing behind it is visited.
 */
export function withGradient<Out extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: () => { value: Out; saved: tf.Tensor[] },
  backward: (dy: Out, saved: tf.Tensor[]) => tf.Tensor[],
): Out {
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const { value, saved } = forward();
    save(saved);
    return { value, gradFunc: (dy: Out | Out[], kept: tf.Tensor[]) => backward(dy as Out, kept) };
  });
  return op(...inputs);
}

/** The same values with no way back for gradients; nothing behind the tensor is visited. */
export function detach<T extends tf.Tensor>(tensor: T): T {
  return detached(() => tf.clone(stops === undefined ? tensor : stops.at(tensor)));
}

/** What `compute` gives, as a constant: its operations are not on the tape either. */
export function detached<T extends tf.Tensor>(compute: () => T): T {
  // tfjs has no stop-gradient; the one input that the tape sees is a constant.
  return withGradient(
    [tf.scalar(0)],
    () => ({ value: compute(), saved: [] }),
    () => [tf.scalar(0)],
  );
}

/**
 * The values that stop-gradients had in one evaluation of a loss, for another one: a finite difference agrees with the
 * gradient only if what the gradient takes for a constant stays one.
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

  /** Evaluates `loss`; the first time stop-gradients are recorded, from then on they have the recorded values. */
  during<T>(loss: () => T): T {
    // oxlint-disable-next-line typescript/no-this-alias -- what `detach` asks, wherever it is called
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
