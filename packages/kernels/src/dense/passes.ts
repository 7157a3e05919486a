/** Passes over whole matrices by the compiled kernels, each in place of several operations of tfjs. */
import * as tf from '@tensorflow/tfjs';
import type { Heap } from '../heap/heap.ts';
import type { RowKernel } from '../tasks/rows.ts';
import { entryGradientOf, placesOf, type EntryGradient } from '../sparse/entry-gradients.ts';

/** Numbers below it, and their small errors of rounding, are finite in single precision. */
const LARGEST = 1e38;
/** Columns that the compiled product of a vector does at once. */
const STRIP = 16;
/** Rows are looked through in so many blocks for numbers that are not 0. */
const BLOCKS = 16;

interface AdamArgs {
  parameter: tf.Tensor;
  /** First and second moment of its gradient. */
  m: tf.Tensor;
  v: tf.Tensor;
  /** Where it is not written it is not going to be: each row is made, used and forgotten. */
  gradient: tf.Tensor;
  /** Multiplies the gradient: its clipping. */
  scale: number;
  beta1: number;
  beta2: number;
  /** Learning rate over 1 − β₁ᵗ. */
  stepSize: number;
  /** √(1 − β₂ᵗ). */
  rootCorrection: number;
  epsilon: number;
  /** Rows have norm 1: the gradient's part along a row is left out, and the row is made of norm 1 again. */
  isUnit: boolean;
}

interface Adapted {
  parameter: tf.Tensor;
  m: tf.Tensor;
  v: tf.Tensor;
  /** Σ of the gradient's squares, where it was not written. */
  squareSum?: number;
}

export interface DensePasses {
  /** Σ (x − y)² for x [rows, width] and y [rows, width] or [groups, rows, width]. */
  squaredError(x: tf.Tensor2D, y: tf.Tensor): number;
  /** scale · (y − x), of y's shape. */
  scaledDifference(x: tf.Tensor2D, y: tf.Tensor, scale: number): tf.Tensor;
  /** x − vector for each row of x, [rows, width]. */
  subtractVector(x: tf.Tensor2D, vector: tf.Tensor1D): tf.Tensor2D;
  /** vector · matrix, [width], for a vector [rows] and a matrix of at least so many rows, the first of which count. */
  vectorProduct(vector: tf.Tensor1D, matrix: tf.Tensor): tf.Tensor1D;
  /** A matrix each of whose rows is the vector, [rows, width]. */
  repeatRow(vector: tf.Tensor1D, rows: number): tf.Tensor2D;
  /** The larger of a and 0. */
  positivePart(a: tf.Tensor2D): tf.Tensor2D;
  /** a where the value beside it is positive, else 0, [rows, width]. */
  whereOn(a: tf.Tensor2D, values: tf.Tensor2D): tf.Tensor2D;
  /** 1 for each column of a matrix with a number that is not 0, else 0, [width]. */
  nonZeroColumns(a: tf.Tensor2D): tf.Tensor1D;
  /** Each row of a matrix times its factor, [rows, width]. */
  scaleRows(a: tf.Tensor2D, factors: tf.Tensor1D): tf.Tensor2D;
  /** Σ a² of each row, [rows]. */
  rowSquareSums(a: tf.Tensor2D): tf.Tensor1D;
  /** Σ a². A gradient that is not written stays so: its rows are made, summed up and forgotten. */
  squareSum(a: tf.Tensor): number;
  /** Whether a gradient that is not written is certain to have finite numbers only; false for any other tensor. */
  isSurelyFinite(gradient: tf.Tensor): boolean;
  /**
   * A step of Adam. Writes over the numbers of the parameter and its moments, which must not be used any more but to be
   * disposed; where another tensor shares them, they are copied first.
   */
  adam(args: AdamArgs): Adapted;
}

export function compiledPasses(heap: Heap): DensePasses {
  /** Sums in the same order whoever made them. */
  const total = (rows: number, fill: (sums: number) => void): number =>
    heap.withRoom((room) => {
      const sums = room.take(rows);
      fill(sums);
      return heap.sum(sums, rows);
    });
  const owned = (tensor: tf.Tensor): tf.Tensor => {
    if (heap.isSoleOwner(tensor)) return tf.clone(tensor);
    const copy = heap.make(tensor.shape);
    heap.view(copy).set(heap.view(tensor));
    return copy;
  };
  /** Runs a kernel that makes the rows of an unwritten gradient one by one; returns the sum of their squares. */
  const overRows = (
    kernel: 'adamOfEntries' | 'squareSumsOfEntries',
    entries: EntryGradient,
    before: readonly number[],
  ): number => {
    const { columnStart, rowOf, values } = placesOf(heap, entries);
    const { rows, columns, dy, bounds } = entries;
    return heap.withRoom((room) => {
      const limits = [room.copy(Int32Array.from(bounds)), bounds.length] as const;
      const made = [rows, columnStart, rowOf, values, ...limits, heap.at(dy)];
      const fill = (sums: number): void =>
        heap.rows(kernel, columns, [...before, ...made, sums], dy.shape.at(-1));
      return total(columns, fill);
    });
  };
  const squareSum = (a: tf.Tensor): number => {
    const [rows, width] = matrixShape(a);
    const entries = entryGradientOf(a);
    if (entries !== undefined) return overRows('squareSumsOfEntries', entries, [width]);
    return total(rows, (sums) => heap.rows('squareSums', rows, [width, heap.at(a), sums]));
  };
  /** A kernel that makes of each row of a matrix, and of others beside it, a row of the same width. */
  const rowByRow = (kernel: RowKernel, a: tf.Tensor2D, ...others: tf.Tensor[]): tf.Tensor2D => {
    const [rows, width] = a.shape;
    const out = heap.make(a.shape) as tf.Tensor2D;
    heap.rows(kernel, rows, [width, ...[a, ...others, out].map((tensor) => heap.at(tensor))]);
    return out;
  };
  return {
    squaredError(x, y) {
      const [rows, width] = x.shape;
      const all = y.size / width;
      return total(all, (sums) =>
        heap.rows('squaredErrors', all, [rows, width, heap.at(x), heap.at(y), sums]),
      );
    },
    scaledDifference(x, y, scale) {
      const [rows, width] = x.shape;
      const out = heap.make(y.shape);
      const places = [heap.at(x), heap.at(y), scale, heap.at(out)];
      heap.rows('scaledDifference', y.size / width, [rows, width, ...places]);
      return out;
    },
    subtractVector: (x, vector) => rowByRow('subtractVector', x, vector),
    vectorProduct(vector, matrix) {
      const [rows, width] = [vector.size, matrix.shape.at(-1)!];
      const out = heap.make([width]) as tf.Tensor1D;
      const places = [heap.at(vector), heap.at(matrix), heap.at(out)];
      heap.rows('vectorProduct', Math.ceil(width / STRIP), [rows, width, ...places]);
      return out;
    },
    repeatRow(vector, rows) {
      const out = heap.make([rows, vector.size]) as tf.Tensor2D;
      heap.rows('repeatRow', rows, [vector.size, heap.at(vector), heap.at(out)]);
      return out;
    },
    positivePart: (a) => rowByRow('positivePart', a),
    whereOn: (a, values) => rowByRow('whereOn', a, values),
    nonZeroColumns(a) {
      const [rows, width] = a.shape;
      const out = heap.make([width]) as tf.Tensor1D;
      heap.withRoom((room) => {
        const ofBlocks = room.take(BLOCKS * width);
        heap.rows('nonZeroColumns', BLOCKS, [BLOCKS, rows, width, heap.at(a), ofBlocks]);
        heap.run.nonZeroColumns(0, 1, 1, BLOCKS, width, ofBlocks, heap.at(out));
      });
      return out;
    },
    scaleRows: (a, factors) => rowByRow('scaleRows', a, factors),
    rowSquareSums(a) {
      const [rows, width] = a.shape;
      const out = heap.make([rows]) as tf.Tensor1D;
      heap.rows('squareSums', rows, [width, heap.at(a), heap.at(out)]);
      return out;
    },
    squareSum,
    isSurelyFinite(gradient) {
      const entries = entryGradientOf(gradient);
      if (entries === undefined) return false;
      // By Cauchy and Schwarz no number, nor any sum on the way to it, is larger.
      return Math.sqrt(squareSum(entries.values) * squareSum(entries.dy)) < LARGEST;
    },
    adam({ gradient, scale, beta1, beta2, stepSize, rootCorrection, epsilon, isUnit, ...args }) {
      const [parameter, m, v] = [owned(args.parameter), owned(args.m), owned(args.v)];
      const [rows, width] = matrixShape(parameter);
      const places = [parameter, m, v].map((tensor) => heap.at(tensor));
      const rates = [scale, beta1, 1 - beta1, beta2, 1 - beta2, stepSize, rootCorrection, epsilon];
      const step = [width, ...places, ...rates, Number(isUnit)];
      const entries = entryGradientOf(gradient);
      if (entries === undefined) {
        heap.rows('adam', rows, [...step, heap.at(gradient)]);
        return { parameter, m, v };
      }
      return { parameter, m, v, squareSum: overRows('adamOfEntries', entries, step) };
    },
  };
}

/** A vector is one row. */
function matrixShape({ shape, size }: tf.Tensor): [number, number] {
  const width = shape.length < 2 ? size : shape.at(-1)!;
  return [size / width, width];
}
