import { densePasses } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';

/** x − center, [B, dIn]. */
export function centred(x: tf.Tensor2D, center: tf.Tensor1D): tf.Tensor2D {
  return densePasses()?.subtractVector(x, center) ?? tf.sub<tf.Tensor2D>(x, center);
}

/** Gradient of the centre, [dIn]: −dBias·W, where dBias is the gradient of the pre-activations' bias. */
export function centerGradient(dBias: tf.Tensor1D, W: tf.Tensor2D): tf.Tensor1D {
  const product = densePasses()?.vectorProduct(dBias, W) ?? tf.matMul(dBias.expandDims<tf.Tensor2D>(0), W);
  return tf.neg(product.flatten());
}
