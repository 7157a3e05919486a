import { chooseEntries, sparse, type EntryChoice, type Support } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { CodeOps, CodesOf, EncodeArgs, Selection, Selections } from './code.ts';
import { entries, read, SparseCode } from './sparse-code.ts';
import { detach, withGradient } from './with-gradient.ts';

/** Codes as their non-zero entries, on the CPU: after the encoder's product, work is done for latents that are on only. */
export const sparseOps: CodeOps = {
  encode<S extends Selections>({ select, ...product }: EncodeArgs<S>): CodesOf<S> {
    const names = Object.keys(select);
    const { x, W, bias, center } = product;
    // tfjs's gradients have one output: all selections in one row, cut into pieces behind it.
    const supports: Support[] = [];
    const all = withGradient(
      [W, ...(bias ? [bias] : []), ...(center ? [center] : [])],
      () => {
        const centred = center === undefined ? x : tf.sub<tf.Tensor2D>(x, center);
        const z = tf.fused.matMul({ a: centred, b: W, transposeB: true, ...(bias && { bias }) });
        const [rows, columns] = z.shape as [number, number];
        const chosen = names.map((name) => chooseEntries(read(z), rows, columns, choiceOf(select[name]!)));
        supports.push(...chosen.map(({ support }) => support));
        return { value: entries(concatenated(chosen.map(({ values }) => values))), saved: [centred] };
      },
      (dz, saved) => encoderGradients(product, supports, read(dz), read(saved[0]!)),
    );
    let start = 0;
    const codes = names.map((name, index) => {
      const support = supports[index]!;
      const count = support.columnOf.length;
      const values = names.length === 1 ? all : tf.slice(all, [0, start], [1, count]);
      start += count;
      return [name, new SparseCode(values, support)];
    });
    return Object.fromEntries(codes) as CodesOf<S>;
  },

  decode(code, W, bias, { frozen = false } = {}): tf.Tensor2D {
    const { values, support } = code as SparseCode;
    const [weights, offset] = frozen ? [detach(W), bias && detach(bias)] : [W, bias];
    const width = W.shape[1];
    return withGradient(
      [values, ...(frozen ? [] : [W, ...(bias ? [bias] : [])])],
      () => {
        const rows = sparse.product(
          { support, values: read(values) },
          read(weights),
          width,
          offset && read(offset),
        );
        return { value: tf.tensor2d(rows, [support.rows, width]), saved: [values, weights] };
      },
      (dy, [values, weights]) => {
        const gradient = read(dy);
        const dValues = entries(sparse.valueGradient(support, gradient, read(weights!), width));
        if (frozen) return [dValues];
        const dW = sparse.weightGradient({ support, values: read(values!) }, gradient, width);
        return [dValues, tf.tensor2d(dW, [support.columns, width]), ...(bias ? [tf.sum(dy, 0)] : [])];
      },
    );
  },

  decodePrefixes(code, W, bias, bounds): tf.Tensor3D {
    const { values, support } = code as SparseCode;
    const { rows, columns } = support;
    const width = W.shape[1];
    return withGradient(
      [values, W, bias],
      () => {
        const matrix = { support, values: read(values) };
        const products = sparse.prefixProducts(matrix, read(W), width, bounds, read(bias));
        return { value: tf.tensor3d(products, [bounds.length, rows, width]), saved: [values, W] };
      },
      (dy, [values, W]) => {
        const matrix = { support, values: read(values!) };
        const { dValues, dW } = sparse.prefixGradients(matrix, read(dy), read(W!), width, bounds);
        return [entries(dValues), tf.tensor2d(dW, [columns, width]), tf.sum(dy, [0, 1])];
      },
    );
  },
};

function choiceOf(selection: Selection): EntryChoice {
  const among = selection.among === undefined ? {} : { among: read(selection.among) };
  switch (selection.kind) {
    case 'positive':
      return { kind: 'positive', ...among };
    case 'threshold':
      return {
        kind: 'threshold',
        lowest: read(tf.sub(selection.theta, selection.window / 2)),
        ...among,
      };
    case 'topK':
    case 'batchTopK':
      return { kind: selection.kind, k: selection.k, ...among };
  }
}

/** Gradients of W, and of bias and center where they are, from those of the entries of all selections. */
function encoderGradients(
  { W, bias, center }: Omit<EncodeArgs<Selections>, 'select'>,
  supports: readonly Support[],
  dz: Float32Array,
  centred: Float32Array,
): tf.Tensor[] {
  const [dSae, dIn] = W.shape;
  const dW = new Float32Array(dSae * dIn);
  const dBias = new Float32Array(dSae);
  let start = 0;
  for (const support of supports) {
    const values = dz.subarray(start, start + support.columnOf.length);
    start += values.length;
    sparse.weightGradient({ support, values }, centred, dIn).forEach((value, i) => (dW[i]! += value));
    sparse.sumColumns({ support, values }).forEach((value, i) => (dBias[i]! += value));
  }
  const gradients: tf.Tensor[] = [tf.tensor2d(dW, [dSae, dIn])];
  const biasGradient = tf.tensor1d(dBias);
  if (bias !== undefined) gradients.push(biasGradient);
  if (center !== undefined) {
    gradients.push(tf.neg(tf.matMul(biasGradient.expandDims<tf.Tensor2D>(0), W)).flatten());
  }
  return gradients;
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((total, { length }) => total + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
