import { densePasses } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './with-gradient.ts';

/** Σ (x − x̂)² over everything, for one reconstruction of x or for several, [groups, B, dIn]. x is a constant. */
export function sumSquaredError(x: tf.Tensor2D, reconstruction: tf.Tensor2D | tf.Tensor3D): tf.Scalar {
  const passes = densePasses();
  return withGradient<tf.Scalar>(
    [reconstruction],
    () => {
      const value =
        passes === undefined
          ? tf.sum<tf.Scalar>(tf.squaredDifference(x, reconstruction))
          : tf.scalar(passes.squaredError(x, reconstruction));
      return { value, saved: [x, reconstruction] };
    },
    (dy, [x, reconstruction]) =>
      passes === undefined
        ? [tf.mul(tf.mul(dy, 2), tf.sub(reconstruction!, x!))]
        : [passes.scaledDifference(x as tf.Tensor2D, reconstruction!, 2 * dy.dataSync()[0]!)],
  );
}
