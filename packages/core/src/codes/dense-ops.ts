import { selectTopK } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Code, CodeOps, CodesOf, EncodeArgs } from './code.ts';
import { centerGradient, centred } from './center.ts';
import { DenseCode } from './dense-code.ts';
import { positivePart, whereOn } from './positive-part.ts';
import type { Selection, Selections } from './selection.ts';
import { sumSquaredError } from './squared-error.ts';
import { detach, detached, withGradient } from './with-gradient.ts';

/** Codes as dense matrices, on any tfjs backend. */
export const denseOps: CodeOps = {
  encode<S extends Selections>({ select, ...product }: EncodeArgs<S>): CodesOf<S> {
    const z = preActivations(product);
    const codes = Object.entries(select).map(([name, selection]) => [name, choose(z, selection!)]);
    return Object.fromEntries(codes) as CodesOf<S>;
  },

  decode(code, W, bias, { frozen = false } = {}): tf.Tensor2D {
    const values = code.toDense();
    const product = frozen ? productWithConstant(values, detach(W)) : tf.matMul(values, W);
    if (bias === undefined) return product as tf.Tensor2D;
    return tf.add<tf.Tensor2D>(product, frozen ? detach(bias) : bias);
  },

  sumSquaredError(x, code, W, bias, { bounds, frozen = false } = {}): tf.Scalar {
    if (bounds === undefined) return sumSquaredError(x, denseOps.decode(code, W, bias, { frozen }));
    const [weights, offset] = frozen ? [detach(W), bias && detach(bias)] : [W, bias];
    return sumSquaredError(x, nestedReconstructions(code.toDense(), weights, offset, bounds));
  },
};

/** code[:, :bounds[g]]·W[:bounds[g]] + bias for each bound, [bounds, B, dIn]. */
function nestedReconstructions(
  code: tf.Tensor2D,
  W: tf.Tensor2D,
  bias: tf.Tensor1D | undefined,
  bounds: readonly number[],
): tf.Tensor3D {
  const [rows] = code.shape;
  let sum: tf.Tensor2D | tf.Tensor1D = bias ?? tf.zeros<tf.Rank.R1>([W.shape[1]]);
  const reconstructions = bounds.map((bound, g) => {
    const start = bounds[g - 1] ?? 0;
    const part = tf.slice(code, [0, start], [rows, bound - start]);
    sum = tf.add<tf.Tensor2D>(sum, tf.matMul(part, tf.slice(W, [start, 0], [bound - start, W.shape[1]])));
    return sum;
  });
  return tf.stack(reconstructions) as tf.Tensor3D;
}

/** z = (x − center)·Wᵀ + bias, with gradients for W, bias and center, and none for x. */
function preActivations({ x, center, W, bias }: Omit<EncodeArgs<Selections>, 'select'>): tf.Tensor2D {
  return withGradient(
    [W, ...(bias ? [bias] : []), ...(center ? [center] : [])],
    () => {
      const input = center === undefined ? x : centred(x, center);
      const z = tf.fused.matMul({ a: input, b: W, transposeB: true, ...(bias && { bias }) }) as tf.Tensor2D;
      return { value: z, saved: [input] };
    },
    (dz, saved) => {
      const gradients: tf.Tensor[] = [tf.matMul(dz, saved[0], true, false)];
      const dBias = tf.sum<tf.Tensor1D>(dz, 0);
      if (bias !== undefined) gradients.push(dBias);
      if (center !== undefined) {
        gradients.push(centerGradient(dBias, W));
      }
      return gradients;
    },
  );
}

function choose(z: tf.Tensor2D, selection: Selection): Code {
  switch (selection.kind) {
    case 'positive':
      return positives(positivePart(allowed(z, selection)));
    case 'topK':
      return positives(largest(z, allowed(z, selection), selection.k));
    case 'batchTopK': {
      const flat = allowed(z, selection).reshape<tf.Tensor2D>([1, z.size]);
      return positives(largest(z, flat, selection.k * z.shape[0]));
    }
    case 'threshold': {
      const { theta, window, mask } = selection;
      const support = detached(() => {
        const above = tf.cast<tf.Tensor2D>(tf.greater(z, tf.sub(theta, window / 2)), 'float32');
        return mask === undefined ? above : tf.mul<tf.Tensor2D>(above, mask);
      });
      return new DenseCode(tf.mul(z, support), () => support);
    }
  }
}

/** z for latents that can be selected, and 0 elsewhere, which no selection of positive values takes. */
function allowed(z: tf.Tensor2D, { mask }: Selection): tf.Tensor2D {
  return mask === undefined ? z : tf.mul<tf.Tensor2D>(z, mask);
}

/** The k largest positive values of each row of `candidates`, shaped as z. */
function largest(z: tf.Tensor2D, candidates: tf.Tensor2D, k: number): tf.Tensor2D {
  return withGradient(
    [z],
    () => {
      const value = selectTopK(candidates, k).reshape<tf.Tensor2D>(z.shape);
      return { value, saved: [value] };
    },
    (dy, [value]) => [whereOn(dy, value)],
  );
}

function positives(values: tf.Tensor2D): DenseCode {
  return new DenseCode(values, () => detached(() => tf.step(values)));
}

/** values·W for a constant W, whose gradient is never computed. */
function productWithConstant(values: tf.Tensor2D, W: tf.Tensor2D): tf.Tensor2D {
  return withGradient(
    [values],
    () => ({ value: tf.matMul<tf.Tensor2D>(values, W), saved: [W] }),
    (dy, [weights]) => [tf.matMul<tf.Tensor2D>(dy, weights, false, true)],
  );
}
