import {
  referenceKernels,
  sparseKernels,
  tensorsOf,
  withTensors,
  type EntryChoice,
  type SparseKernels,
} from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { centerGradient, centred } from './center.ts';
import type { CodeOps, CodesOf, EncodeArgs } from './code.ts';
import type { Selection, Selections } from './selection.ts';
import { read, SparseCode } from './sparse-code.ts';
import { detach, withGradient } from './with-gradient.ts';

export interface SparseOps extends CodeOps {
  /** @param density expected share of entries that are on, where a selection has no limit: how to search, not what to find */
  encode<S extends Selections>(args: EncodeArgs<S>, density?: number): CodesOf<S>;
}

/** Codes as lists of their entries, on the CPU: after the encoder's product, only latents that are on cost anything. */
export const sparseOps: SparseOps = opsWith(sparseKernels);
/** The same in plain TypeScript: slow, for tests and readers. */
export const referenceOps: SparseOps = opsWith(() => referenceKernels);

function opsWith(kernels: () => SparseKernels): SparseOps {
  return {
    encode<S extends Selections>({ select, ...product }: EncodeArgs<S>, density?: number): CodesOf<S> {
      const names = Object.keys(select);
      const { x, W, bias, center } = product;
      const input = center === undefined ? x : centred(x, center);
      const choices = names.map((name) => choiceOf(select[name]!));
      const chosen = kernels().select(input, W, bias, choices, density);
      const supports = chosen.map(({ support }) => support);
      // tfjs's custom gradients have one output: all selections go into one row, which is sliced afterwards.
      const all = withGradient(
        [W, ...(bias ? [bias] : []), ...(center ? [center] : [])],
        () => {
          const [first, ...rest] = chosen.map(({ values }) => values);
          const value = rest.length === 0 ? tf.clone(first!) : tf.concat([first!, ...rest], 1);
          return { value, saved: [input, ...supports.flatMap(tensorsOf)] };
        },
        (dz, [kept, ...saved]) => {
          const keptSupports = supports.map((support) =>
            withTensors(support, saved.splice(0, tensorsOf(support).length)),
          );
          const { dW, dBias } = kernels().selectGradients(keptSupports, W, dz, kept);
          const gradients: tf.Tensor[] = [dW];
          if (bias !== undefined) gradients.push(dBias);
          if (center !== undefined) {
            gradients.push(centerGradient(dBias, W));
          }
          return gradients;
        },
      );
      let start = 0;
      const codes = names.map((name, index) => {
        const support = supports[index]!;
        const count = support.columnOf.size;
        const values = names.length === 1 ? all : tf.slice(all, [0, start], [1, count]);
        start += count;
        return [name, new SparseCode(values, support, kernels)];
      });
      return Object.fromEntries(codes) as CodesOf<S>;
    },

    decode(code, W, bias, { frozen = false } = {}): tf.Tensor2D {
      const { values, support } = code as SparseCode;
      const [weights, offset] = frozen ? [detach(W), bias && detach(bias)] : [W, bias];
      return withGradient(
        [values, ...(frozen ? [] : [W, ...(bias ? [bias] : [])])],
        () => ({
          value: kernels().product({ support, values }, weights, offset),
          saved: [values, weights, ...tensorsOf(support)],
        }),
        (dy, [keptValues, keptWeights, ...saved]) => {
          const matrix = { support: withTensors(support, saved), values: keptValues };
          const { dValues, dW } = kernels().productGradients(matrix, keptWeights, dy, frozen);
          if (dW === undefined) return [dValues];
          return [dValues, dW, ...(bias ? [tf.sum(dy, 0)] : [])];
        },
      );
    },

    sumSquaredError(x, code, W, bias, { bounds = [W.shape[0]], frozen = false } = {}): tf.Scalar {
      const { values, support } = code as SparseCode;
      const [weights, offset] = frozen ? [detach(W), bias && detach(bias)] : [W, bias];
      return withGradient(
        [values, ...(frozen ? [] : [W, ...(bias ? [bias] : [])])],
        () => {
          const matrix = { support, values };
          const { sum, errors, slopes } = kernels().squaredError(x, matrix, weights, offset, bounds);
          return { value: tf.scalar(sum), saved: [values, errors, slopes, ...tensorsOf(support)] };
        },
        (dy, [keptValues, errors, slopes, ...saved]) => {
          const scale = 2 * read(dy)[0]!;
          const dValues = tf.mul(slopes, scale);
          if (frozen) return [dValues];
          const matrix = { support: withTensors(support, saved), values: keptValues };
          const gradients = kernels().squaredErrorGradients(matrix, W, errors, bounds, scale);
          return [dValues, gradients.dW, ...(bias ? [gradients.dBias] : [])];
        },
      );
    },
  };
}

function choiceOf(selection: Selection): EntryChoice {
  const mask = selection.mask === undefined ? {} : { mask: read(selection.mask) };
  switch (selection.kind) {
    case 'positive':
      return { kind: 'positive', ...mask };
    case 'threshold':
      return {
        kind: 'threshold',
        lowest: read(tf.sub(selection.theta, selection.window / 2)),
        ...mask,
      };
    case 'topK':
    case 'batchTopK':
      return { kind: selection.kind, k: selection.k, ...mask };
  }
}
