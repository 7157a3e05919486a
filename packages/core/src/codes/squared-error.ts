import { densePasses } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './with-gradient.ts';

/** Σ (x − x̂)² over all entries of one reconstruction of x, or of several, [groups, B, dIn]. No gradient reaches x. */
export function sumSquaredError(x: tf.Tensor2D, reconstruction: tf.Tensor2D | tf.Tensor3D): tf.Scalar {
  const passes = densePasses();
  return withGradient(
    [reconstruction],
    () => {
      const value =
        passes === undefined
          ? tf.sum<tf.Scalar>(tf.squaredDifference(x, reconstruction))
          : tf.scalar(passes.squaredError(x, reconstruction));
      return { value, saved: [x, reconstruction] };
    },
    (dy, [target, prediction]) =>
      passes === undefined
        ? [tf.mul(tf.mul(dy, 2), tf.sub(prediction, target))]
        : [passes.scaledDifference(target, prediction, 2 * dy.dataSync()[0]!)],
  );
}
