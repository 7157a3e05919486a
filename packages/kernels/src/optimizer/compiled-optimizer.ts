/** Steps of Adam and norms of gradients by the compiled kernels, in place. */
import * as tf from '@tensorflow/tfjs';
import type { Heap, Scratch } from '../heap/heap.ts';
import { sumOfRows } from '../heap/row-passes.ts';
import type { EntryGradient, EntryGradients } from '../sparse/entry-gradients.ts';

/** Sums below this are finite in single precision, rounding errors included. */
const LARGEST = 1e38;

interface AdamArgs {
  parameter: tf.Tensor;
  /** First and second moment of its gradient. */
  m: tf.Tensor;
  v: tf.Tensor;
  /** If it is unmaterialised, each row is computed, used and discarded. */
  gradient: tf.Tensor;
  /** Multiplies the gradient, to clip it. */
  scale: number;
  beta1: number;
  beta2: number;
  /** Learning rate over 1 − β₁ᵗ. */
  stepSize: number;
  /** √(1 − β₂ᵗ). */
  rootCorrection: number;
  epsilon: number;
  /** Keeps rows at norm 1: removes the gradient's component along each row, and rescales the row after the step. */
  isUnit: boolean;
}

interface Adapted {
  parameter: tf.Tensor;
  m: tf.Tensor;
  v: tf.Tensor;
  /** Σ of the gradient's squares, if the gradient was not materialised. */
  squareSum?: number;
}

export interface Optimizer {
  /**
   * Runs `work`. Meanwhile the backend may represent the gradients of these parameters by their entries instead of
   * materialising them.
   */
  withEntryGradients<T>(parameters: readonly tf.Tensor[], work: () => T): T;
  /** The tensors that a gradient keeps until it is materialised or disposed; empty for any other tensor. */
  tensorsBehind(gradient: tf.Tensor): tf.Tensor[];
  /** Σ gradient². Does not materialise the gradient. */
  squareSum(gradient: tf.Tensor): number;
  /** Whether an unmaterialised gradient is certain to be finite, without materialising it; false for any other tensor. */
  isSurelyFinite(gradient: tf.Tensor): boolean;
  /**
   * A step of Adam. It overwrites the parameter and its moments: dispose them and use the returned ones. If another tensor
   * shares their values, they are copied first.
   */
  adam(args: AdamArgs): Adapted;
}

export function compiledOptimizer(heap: Heap, gradients: EntryGradients): Optimizer {
  const owned = (tensor: tf.Tensor): tf.Tensor => {
    if (heap.isSoleOwner(tensor)) return tf.clone(tensor);
    const copy = heap.make(tensor.shape);
    heap.view(copy).set(heap.view(tensor));
    return copy;
  };
  /** The arguments by which a kernel computes the rows of an unmaterialised gradient. */
  const argumentsOf = ({ rows, dy, bounds, ...entries }: EntryGradient, scratch: Scratch) => {
    const { columnStart, rowOf, values } = gradients.offsetsOf({ rows, dy, bounds, ...entries });
    const limits = [scratch.copy(Int32Array.from(bounds)), bounds.length] as const;
    return [rows, columnStart, rowOf, values, ...limits, heap.offset(dy)] as const;
  };
  const squareSumOfEntries = (entries: EntryGradient): number =>
    heap.withScratch((scratch) => {
      const { columns, dy } = entries;
      const [width, made] = [dy.shape.at(-1)!, argumentsOf(entries, scratch)];
      return sumOfRows(heap, columns, (sums) =>
        heap.rowsWithScratch('squareSumsOfEntries', columns, [width, ...made, sums], width),
      );
    });
  const squareSum = (a: tf.Tensor): number => {
    const [rows, width] = matrixShape(a);
    const entries = gradients.entriesOf(a);
    if (entries !== undefined) return squareSumOfEntries(entries);
    return sumOfRows(heap, rows, (sums) => heap.rows('squareSums', rows, [width, heap.offset(a), sums]));
  };
  return {
    withEntryGradients: (parameters, work) => gradients.allowFor(parameters, work),
    tensorsBehind: (gradient) => gradients.tensorsBehind(gradient),
    squareSum,
    isSurelyFinite(gradient) {
      const entries = gradients.entriesOf(gradient);
      if (entries === undefined) return false;
      // By the Cauchy-Schwarz inequality, no element and no partial sum is larger.
      return Math.sqrt(squareSum(entries.values) * squareSum(entries.dy)) < LARGEST;
    },
    adam({ gradient, scale, beta1, beta2, stepSize, rootCorrection, epsilon, isUnit, ...args }) {
      const [parameter, m, v] = [owned(args.parameter), owned(args.m), owned(args.v)];
      const [rows, width] = matrixShape(parameter);
      const tensors = [heap.offset(parameter), heap.offset(m), heap.offset(v)] as const;
      const rates = [scale, beta1, 1 - beta1, beta2, 1 - beta2, stepSize, rootCorrection, epsilon] as const;
      const step = [width, ...tensors, ...rates, Number(isUnit)] as const;
      const entries = gradients.entriesOf(gradient);
      if (entries === undefined) {
        heap.rows('adam', rows, [...step, heap.offset(gradient)]);
        return { parameter, m, v };
      }
      const squares = heap.withScratch((scratch) => {
        const made = argumentsOf(entries, scratch);
        return sumOfRows(heap, rows, (sums) =>
          heap.rowsWithScratch('adamOfEntries', rows, [...step, ...made, sums], width),
        );
      });
      return { parameter, m, v, squareSum: squares };
    },
  };
}

/** A vector counts as one row. */
function matrixShape({ shape, size }: tf.Tensor): [number, number] {
  const width = shape.length < 2 ? size : shape.at(-1)!;
  return [size / width, width];
}
