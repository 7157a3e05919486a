/**
 * The sparse operations in place on the heap of tfjs's wasm backend: compiled kernels for entries, ONNX Runtime for dense
 * products. Threads share the rows; which thread computes a row does not affect the result.
 */
import * as tf from '@tensorflow/tfjs';
import type { Heap } from '../heap/heap.ts';
import { scaledDifference, squaredError, vectorProduct } from '../heap/row-passes.ts';
import type { Gemm } from '../onnx/gemm.ts';
import { byColumnOf, withByColumn } from './by-column.ts';
import type { EntryGradients } from './entry-gradients.ts';
import { packedSupport, productsOfPacked } from './packed.ts';
import { selectInSlabs } from './selection/select-in-slabs.ts';
import type { SparseKernels, SparseTensor } from './sparse-kernels.ts';
import type { Support } from './support.ts';
import { writeWeightGradient, type SortedEntries } from './weight-gradient.ts';

export function compiledKernels(heap: Heap, gemm: Gemm, gradients: EntryGradients): SparseKernels {
  const offset = (tensor: tf.Tensor): number => heap.offset(tensor);
  const make = (shape: number[]): tf.Tensor => heap.make(shape);
  const view = (tensor: tf.Tensor): Float32Array<ArrayBuffer> => heap.view(tensor);

  const packedProducts = productsOfPacked(heap, gemm);
  const packedOf = (support: Support) =>
    packedSupport(support, heap.viewInt32(support.rowStart), heap.viewInt32(support.columnOf));

  const product = (
    { support, values }: SparseTensor,
    W: tf.Tensor2D,
    bias: tf.Tensor1D | undefined,
  ): tf.Tensor2D => {
    const packed = packedOf(support);
    if (packed !== undefined) {
      return packedProducts.product({ support, values: offset(values), packed }, W, bias);
    }
    const { rows, rowStart, columnOf } = support;
    const out = make([rows, W.shape[1]]) as tf.Tensor2D;
    const matrix = [offset(W), W.shape[1], bias === undefined ? 0 : offset(bias)] as const;
    heap.rows('product', rows, [offset(rowStart), offset(columnOf), offset(values), ...matrix, offset(out)]);
    return out;
  };

  const valueGradients = (support: Support, W: tf.Tensor2D, dy: tf.Tensor): tf.Tensor2D => {
    const packed = packedOf(support);
    if (packed !== undefined) return packedProducts.valueGradients(support, packed, W, dy);
    const { rows, rowStart, columnOf } = support;
    const out = make([1, columnOf.size]) as tf.Tensor2D;
    const entries = [offset(rowStart), offset(columnOf), offset(W), W.shape[1]] as const;
    heap.rows('valueGradients', rows, [...entries, offset(dy), offset(out)]);
    return out;
  };

  /** Writes scale · values, sorted by column, to `sorted`. */
  const reorder = (entryOf: number, count: number, values: number, scale: number, sorted: number): void =>
    heap.rows('reorder', count, [entryOf, values, scale, sorted]);

  const sumByColumn = (entries: SortedEntries, sums: tf.Tensor1D, isMore = false): void => {
    const { columns, columnStart, values } = entries;
    heap.rows('columnSums', columns, [columnStart, values, offset(sums), Number(isMore)]);
  };

  /**
   * Writes scale · valuesᵀ·dy to dW and each column's sum of values to dBias, or adds to them if `isMore`. With several
   * bounds, dy has a matrix for each: the gradient that reaches the columns below it.
   */
  const weightGradients = (
    support: Support,
    values: number,
    dy: tf.Tensor,
    { dW, dBias, isMore = false }: { dW: tf.Tensor2D; dBias?: tf.Tensor1D; isMore?: boolean },
    { bounds = [support.columns], scale = 1 }: { bounds?: readonly number[]; scale?: number } = {},
  ): void =>
    heap.withScratch((scratch) => {
      const { columnStart, rowOf, entryOf } = byColumnOf(heap, scratch, support);
      const count = support.columnOf.size;
      const sorted = scratch.allocate(count);
      reorder(entryOf, count, values, scale, sorted);
      const entries = { ...support, columnStart, rowOf, values: sorted };
      writeWeightGradient(heap, entries, dy, bounds, offset(dW), isMore);
      if (dBias !== undefined) sumByColumn(entries, dBias, isMore);
    });

  /** The dW of `weightGradients`, unmaterialised. */
  const asEntries = (
    { rows, columns, columnOf, byColumn: { columnStart, rowOf, entryOf } }: Required<Support>,
    values: number,
    dy: tf.Tensor,
    bounds: readonly number[],
    scale: number,
  ): tf.Tensor2D => {
    const sorted = make([1, columnOf.size]);
    reorder(offset(entryOf), columnOf.size, values, scale, offset(sorted));
    return gradients.make({ rows, columns, columnStart, rowOf, values: sorted, dy, bounds });
  };

  const isPacked = (support: Support, [bound, ...more]: readonly number[]): boolean =>
    bound === support.columns && more.length === 0 && packedOf(support) !== undefined;

  /** Writes valuesᵀ·dy to dW by a dense product of the columns that have entries. */
  const writePacked = (support: Support, values: number, dy: tf.Tensor, dW: tf.Tensor2D): void => {
    view(dW).fill(0);
    packedProducts.addWeightGradients({ support, values, packed: packedOf(support)! }, dy, dW);
  };

  return {
    select(x, W, bias, choices, density) {
      gradients.noteUse(W);
      const [rows, width] = x.shape;
      const operands = {
        x: offset(x),
        W: offset(W),
        bias: bias && offset(bias),
        rows,
        width,
        columns: W.shape[0],
      };
      const found = selectInSlabs(heap, operands, choices, density);
      // The gradients of both weights need the entries sorted by column. Those of choices with a mask do not.
      const { gradientDepth, kernelDepth } = tf.engine().state;
      const isTaped = gradientDepth > 0 && kernelDepth === 0;
      return found.map(({ support, values }, i) => {
        const isWanted = isTaped && choices[i]!.mask === undefined;
        return { support: isWanted ? withByColumn(heap, support) : support, values };
      });
    },

    product(code, W, bias) {
      gradients.noteUse(W);
      return product(code, W, bias);
    },

    productGradients({ support, values }, W, dy, frozen) {
      const dValues = valueGradients(support, W, dy);
      if (frozen) return { dValues };
      const dW = make(W.shape) as tf.Tensor2D;
      if (packedOf(support) === undefined) weightGradients(support, offset(values), dy, { dW });
      else writePacked(support, offset(values), dy, dW);
      return { dValues, dW };
    },

    squaredError(x, { support, values }, W, bias, bounds) {
      gradients.noteUse(W);
      const { rows, rowStart, columnOf } = support;
      const width = W.shape[1];
      if (isPacked(support, bounds)) {
        return tf.tidy(() => {
          const y = product({ support, values }, W, bias);
          const errors = scaledDifference(heap, x, y, 1);
          const slopes = valueGradients(support, W, errors);
          return { sum: squaredError(heap, x, y), errors: errors.reshape([1, rows, width]), slopes };
        });
      }
      return heap.withScratch((scratch) => {
        const errors = make([bounds.length, rows, width]) as tf.Tensor3D;
        const slopes = make([1, columnOf.size]) as tf.Tensor2D;
        const sums = scratch.allocate(rows);
        const code = [offset(rowStart), offset(columnOf), offset(values)] as const;
        const matrix = [offset(W), width, bias === undefined ? 0 : offset(bias)] as const;
        const prefixes = [scratch.copy(Int32Array.from(bounds)), bounds.length] as const;
        const written = [offset(errors), offset(slopes), sums] as const;
        heap.rows('codeErrors', rows, [rows, ...code, ...matrix, ...prefixes, offset(x), ...written]);
        return { sum: heap.sum(sums, rows), errors, slopes };
      });
    },

    squaredErrorGradients({ support, values }, W, errors, bounds, scale) {
      const rows = errors.shape[1];
      // The first matrix of errors is the sum over all bounds.
      const factors = make([rows]) as tf.Tensor1D;
      view(factors).fill(scale);
      const dBias = vectorProduct(heap, factors, errors);
      factors.dispose();
      const hasFew = isPacked(support, bounds);
      if (!hasFew && gradients.suits(W, support)) {
        return { dW: asEntries(support, offset(values), errors, bounds, scale), dBias };
      }
      const dW = make(W.shape) as tf.Tensor2D;
      if (hasFew) {
        const scaled = tf.mul<tf.Tensor2D>(values, scale);
        writePacked(support, offset(scaled), errors, dW);
        scaled.dispose();
      } else weightGradients(support, offset(values), errors, { dW }, { bounds, scale });
      return { dW, dBias };
    },

    selectGradients(supports, W, dz, x) {
      const { columns } = supports[0]!;
      const dBias = make([columns]) as tf.Tensor1D;
      const [only, ...more] = supports;
      if (more.length === 0 && packedOf(only!) === undefined && gradients.suits(W, only!)) {
        const dW = asEntries(only, offset(dz), x, [columns], 1);
        sumByColumn(gradients.offsetsOf(gradients.entriesOf(dW)!), dBias);
        return { dW, dBias };
      }
      const written = { dW: make(W.shape) as tf.Tensor2D, dBias };
      let values = offset(dz);
      supports.forEach((support, i) => {
        const packed = packedOf(support);
        const isMore = i > 0;
        if (packed === undefined) {
          weightGradients(support, values, x, { ...written, isMore });
        } else {
          if (!isMore) Object.values(written).forEach((gradient) => view(gradient).fill(0));
          const count = support.columnOf.size;
          heap.run.addByColumn(count, offset(support.columnOf), values, offset(written.dBias));
          packedProducts.addWeightGradients({ support, values, packed }, x, written.dW);
        }
        values += support.columnOf.size * 4;
      });
      return written;
    },

    gatherColumns({ columnOf }, vector) {
      const out = make([1, columnOf.size]) as tf.Tensor2D;
      heap.rows('gatherColumns', columnOf.size, [offset(columnOf), offset(vector), offset(out)]);
      return out;
    },

    sumColumns({ support: { columns, columnOf }, values }) {
      const sums = make([columns]) as tf.Tensor1D;
      view(sums).fill(0);
      heap.run.addByColumn(columnOf.size, offset(columnOf), offset(values), offset(sums));
      return sums;
    },

    fired({ support: { columns, columnOf, byColumn }, values }) {
      const fired = make([columns]) as tf.Tensor1D;
      if (byColumn !== undefined) {
        // In this order, the search of a column usually ends at its first entry.
        const order = [offset(byColumn.columnStart), offset(byColumn.entryOf)] as const;
        heap.rows('firedColumns', columns, [...order, offset(values), offset(fired)]);
        return fired;
      }
      view(fired).fill(0);
      heap.run.markFired(columnOf.size, offset(columnOf), offset(values), offset(fired));
      return fired;
    },
  };
}
