import { selectTopK } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Code, CodeOps, EncodeArgs, Selection } from './code.ts';
import { DenseCode } from './dense-code.ts';
import { detach, detached, withGradient } from './with-gradient.ts';

/** Codes as dense matrices: the reference implementation, on any tfjs backend. */
export const denseOps: CodeOps = {
  encode<Names extends string>({ select, ...product }: EncodeArgs<Names>): Record<Names, Code> {
    const z = preActivations(product);
    const codes = Object.entries<Selection>(select).map(([name, selection]) => [name, choose(z, selection)]);
    return Object.fromEntries(codes) as Record<Names, Code>;
  },

  decode(code, W, bias, { frozen = false } = {}): tf.Tensor2D {
    const values = code.toDense();
    const product = frozen ? productWithConstant(values, W) : tf.matMul(values, W);
    if (bias === undefined) return product as tf.Tensor2D;
    return tf.add<tf.Tensor2D>(product, frozen ? detach(bias) : bias);
  },
};

/** z = (x − center)·Wᵀ + bias with the gradients of W, bias and center, none of x. */
function preActivations({ x, center, W, bias }: Omit<EncodeArgs<never>, 'select'>): tf.Tensor2D {
  return withGradient(
    [W, ...(bias ? [bias] : []), ...(center ? [center] : [])],
    () => {
      const centred = center === undefined ? x : tf.sub<tf.Tensor2D>(x, center);
      const z = tf.fused.matMul({ a: centred, b: W, transposeB: true, ...(bias && { bias }) }) as tf.Tensor2D;
      return { value: z, saved: [centred] };
    },
    (dz, saved) => {
      const gradients: tf.Tensor[] = [tf.matMul(dz, saved[0] as tf.Tensor2D, true, false)];
      const dBias = tf.sum<tf.Tensor1D>(dz, 0);
      if (bias !== undefined) gradients.push(dBias);
      if (center !== undefined) {
        gradients.push(tf.neg(tf.matMul(dBias.expandDims<tf.Tensor2D>(0), W)).flatten());
      }
      return gradients;
    },
  );
}

function choose(z: tf.Tensor2D, selection: Selection): Code {
  switch (selection.kind) {
    case 'positive': {
      const values = tf.relu(z);
      return new DenseCode(values, () => detached(() => tf.step(values)));
    }
    case 'topK': {
      const { k, among } = selection;
      const values = withGradient(
        [z],
        () => {
          const value = selectTopK(among === undefined ? z : tf.mul<tf.Tensor2D>(z, among), k);
          return { value, saved: [value] };
        },
        (dy, saved) => [tf.mul(dy, tf.step(saved[0] as tf.Tensor2D))],
      );
      return new DenseCode(values, () => detached(() => tf.step(values)));
    }
    case 'above': {
      const { theta } = selection;
      const mask = detached(() => tf.cast<tf.Tensor2D>(tf.greater(z, theta), 'float32'));
      return new DenseCode(tf.mul(z, mask), () => mask);
    }
  }
}

/** values·W where W is a constant: its gradient is not even computed. */
function productWithConstant(values: tf.Tensor2D, W: tf.Tensor2D): tf.Tensor2D {
  return withGradient(
    [values],
    () => ({ value: tf.matMul<tf.Tensor2D>(values, W), saved: [] }),
    (dy) => [tf.matMul(dy, W, false, true)],
  );
}
