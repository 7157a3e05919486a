/**
 * The sparse operations on the heap of tfjs's wasm backend, in place: compiled kernels for the entries, ONNX Runtime for
 * products. Rows are shared out among threads; what each of them holds does not depend on how.
 */
import * as tf from '@tensorflow/tfjs';
import type { Gemm } from '../onnx/gemm.ts';
import type { Heap } from '../heap/heap.ts';
import { byColumnOf, withByColumn } from './by-column.ts';
import { scaledDifference, squaredError, vectorProduct } from '../heap/row-passes.ts';
import { packedSupport, productsOfPacked } from './packed.ts';
import { selectInSlabs } from './selection/select-in-slabs.ts';
import type { EntryGradients } from './entry-gradients.ts';
import { writeWeightGradient, type SortedEntries } from './weight-gradient.ts';
import type { SparseKernels, SparseTensor } from './sparse-kernels.ts';
import type { Support } from './support.ts';

export function compiledKernels(heap: Heap, gemm: Gemm, gradients: EntryGradients): SparseKernels {
  const at = (tensor: tf.Tensor): number => heap.offset(tensor);
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
      return packedProducts.product({ support, values: at(values), packed }, W, bias);
    }
    const { rows, rowStart, columnOf } = support;
    const out = make([rows, W.shape[1]]) as tf.Tensor2D;
    const matrix = [at(W), W.shape[1], bias === undefined ? 0 : at(bias)] as const;
    heap.rows('product', rows, [at(rowStart), at(columnOf), at(values), ...matrix, at(out)]);
    return out;
  };

  const valueGradients = (support: Support, W: tf.Tensor2D, dy: tf.Tensor): tf.Tensor2D => {
    const packed = packedOf(support);
    if (packed !== undefined) return packedProducts.valueGradients(support, packed, W, dy);
    const { rows, rowStart, columnOf } = support;
    const out = make([1, columnOf.size]) as tf.Tensor2D;
    const places = [at(rowStart), at(columnOf), at(W), W.shape[1]] as const;
    heap.rows('valueGradients', rows, [...places, at(dy), at(out)]);
    return out;
  };

  /** The entries' values by column, times `scale`, to room for them. */
  const reorder = (entryOf: number, count: number, values: number, scale: number, sorted: number): void =>
    heap.rows('reorder', count, [entryOf, values, scale, sorted]);

  const sumByColumn = (entries: SortedEntries, sums: tf.Tensor1D, isMore = false): void => {
    const { columns, columnStart, values } = entries;
    heap.rows('columnSums', columns, [columnStart, values, at(sums), Number(isMore)]);
  };

  /**
   * scale · valuesᵀ·dy and the sums of the values' columns, written to the tensors given or, for `isMore`, added to them.
   * With several bounds dy has a matrix for each: what reaches the entries below it.
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
      writeWeightGradient(heap, entries, dy, bounds, at(dW), isMore);
      if (dBias !== undefined) sumByColumn(entries, dBias, isMore);
    });

  /** The gradient of `weightGradients`, to be written when it is asked for. */
  const unwritten = (
    { rows, columns, columnOf, byColumn: { columnStart, rowOf, entryOf } }: Required<Support>,
    values: number,
    dy: tf.Tensor,
    bounds: readonly number[],
    scale: number,
  ): tf.Tensor2D => {
    const sorted = make([1, columnOf.size]);
    reorder(at(entryOf), columnOf.size, values, scale, at(sorted));
    return gradients.make({ rows, columns, columnStart, rowOf, values: sorted, dy, bounds });
  };

  const isPacked = (support: Support, [bound, ...more]: readonly number[]): boolean =>
    bound === support.columns && more.length === 0 && packedOf(support) !== undefined;

  /** valuesᵀ·dy by a product of the columns that have entries. */
  const writePacked = (support: Support, values: number, dy: tf.Tensor, dW: tf.Tensor2D): void => {
    view(dW).fill(0);
    packedProducts.addWeightGradients({ support, values, packed: packedOf(support)! }, dy, dW);
  };

  return {
    select(x, W, bias, choices, density) {
      gradients.noteUse(W);
      const [rows, width] = x.shape;
      const operands = { x: at(x), W: at(W), bias: bias && at(bias), rows, width, columns: W.shape[0] };
      const found = selectInSlabs(heap, operands, choices, density);
      // Both weights' gradients will ask for the order by column; the few latents of a mask have another way.
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
      if (packedOf(support) === undefined) weightGradients(support, at(values), dy, { dW });
      else writePacked(support, at(values), dy, dW);
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
        const code = [at(rowStart), at(columnOf), at(values)] as const;
        const matrix = [at(W), width, bias === undefined ? 0 : at(bias)] as const;
        const prefixes = [scratch.copy(Int32Array.from(bounds)), bounds.length] as const;
        const written = [at(errors), at(slopes), sums] as const;
        heap.rows('codeErrors', rows, [rows, ...code, ...matrix, ...prefixes, at(x), ...written]);
        return { sum: heap.sum(sums, rows), errors, slopes };
      });
    },

    squaredErrorGradients({ support, values }, W, errors, bounds, scale) {
      const rows = errors.shape[1];
      // The first matrix of errors is what reaches all bounds.
      const factors = make([rows]) as tf.Tensor1D;
      view(factors).fill(scale);
      const dBias = vectorProduct(heap, factors, errors);
      factors.dispose();
      const hasFew = isPacked(support, bounds);
      if (!hasFew && gradients.suits(W, support)) {
        return { dW: unwritten(support, at(values), errors, bounds, scale), dBias };
      }
      const dW = make(W.shape) as tf.Tensor2D;
      if (hasFew) {
        const scaled = tf.mul<tf.Tensor2D>(values, scale);
        writePacked(support, at(scaled), errors, dW);
        scaled.dispose();
      } else weightGradients(support, at(values), errors, { dW }, { bounds, scale });
      return { dW, dBias };
    },

    selectGradients(supports, W, dz, x) {
      const { columns } = supports[0]!;
      const dBias = make([columns]) as tf.Tensor1D;
      const [only, ...more] = supports;
      if (more.length === 0 && packedOf(only!) === undefined && gradients.suits(W, only!)) {
        const dW = unwritten(only, at(dz), x, [columns], 1);
        sumByColumn(gradients.offsetsOf(gradients.entriesOf(dW)!), dBias);
        return { dW, dBias };
      }
      const written = { dW: make(W.shape) as tf.Tensor2D, dBias };
      let values = at(dz);
      supports.forEach((support, i) => {
        const packed = packedOf(support);
        const isMore = i > 0;
        if (packed === undefined) {
          weightGradients(support, values, x, { ...written, isMore });
        } else {
          if (!isMore) Object.values(written).forEach((gradient) => view(gradient).fill(0));
          const count = support.columnOf.size;
          heap.run.addByColumn(count, at(support.columnOf), values, at(written.dBias));
          packedProducts.addWeightGradients({ support, values, packed }, x, written.dW);
        }
        values += support.columnOf.size * 4;
      });
      return written;
    },

    gatherColumns({ columnOf }, vector) {
      const out = make([1, columnOf.size]) as tf.Tensor2D;
      heap.rows('gatherColumns', columnOf.size, [at(columnOf), at(vector), at(out)]);
      return out;
    },

    sumColumns({ support: { columns, columnOf }, values }) {
      const sums = make([columns]) as tf.Tensor1D;
      view(sums).fill(0);
      heap.run.addByColumn(columnOf.size, at(columnOf), at(values), at(sums));
      return sums;
    },

    fired({ support: { columns, columnOf, byColumn }, values }) {
      const fired = make([columns]) as tf.Tensor1D;
      if (byColumn !== undefined) {
        // Most columns have fired with their first entry.
        const order = [at(byColumn.columnStart), at(byColumn.entryOf)] as const;
        heap.rows('firedColumns', columns, [...order, at(values), at(fired)]);
        return fired;
      }
      view(fired).fill(0);
      heap.run.markFired(columnOf.size, at(columnOf), at(values), at(fired));
      return fired;
    },
  };
}
