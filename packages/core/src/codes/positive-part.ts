import { densePasses } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './with-gradient.ts';

/** max(z, 0), as `tf.relu`, whose gradient takes three passes over the matrix instead of one. */
export function positivePart(z: tf.Tensor2D): tf.Tensor2D {
  const passes = densePasses();
  if (passes === undefined) return tf.relu(z);
  return withGradient(
    [z],
    () => {
      const value = passes.positivePart(z);
      return { value, saved: [value] };
    },
    (dy, [value]) => [whereOn(dy, value)],
  );
}

/** `gradient` where `values` are positive, 0 elsewhere. */
export function whereOn(gradient: tf.Tensor2D, values: tf.Tensor2D): tf.Tensor2D {
  return densePasses()?.whereOn(gradient, values) ?? tf.mul(gradient, tf.step(values));
}
