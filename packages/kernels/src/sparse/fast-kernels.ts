/**
 * The sparse operations on the heap of tfjs's wasm backend, in place: compiled kernels for the entries, ONNX Runtime for
 * products. Rows are shared out among threads; what each of them holds does not depend on how.
 */
import * as tf from '@tensorflow/tfjs';
import type { Gemm } from '../gemm.ts';
import type { Heap } from '../compiled/heap.ts';
import { packedSupport, productsOfPacked } from './packed.ts';
import { selectInSlabs } from './select-in-slabs.ts';
import { sortedByColumn } from './sorted-by-column.ts';
import type { SparseKernels, SparseTensor } from './sparse-kernels.ts';
import type { Support } from './support.ts';

export function fastKernels(heap: Heap, gemm: Gemm): SparseKernels {
  const at = (tensor: tf.Tensor): number => heap.at(tensor);
  const make = (shape: number[]): tf.Tensor => heap.make(shape);
  const view = (tensor: tf.Tensor): Float32Array<ArrayBuffer> => heap.view(tensor);

  const packedProducts = productsOfPacked(heap, gemm);

  const prefixProducts = (
    { support, values }: SparseTensor,
    W: tf.Tensor2D,
    bias: tf.Tensor1D | undefined,
    bounds: readonly number[],
  ): tf.Tensor3D =>
    heap.withRoom((room) => {
      const { rows, rowStart, columnOf } = support;
      const out = make([bounds.length, rows, W.shape[1]]) as tf.Tensor3D;
      const [starts, columns] = [room.copy(rowStart), room.copy(columnOf)];
      const matrix = [at(W), W.shape[1], bias === undefined ? 0 : at(bias)] as const;
      const prefixes = [room.copy(Int32Array.from(bounds)), bounds.length, at(out)] as const;
      heap.rows('prefixProducts', rows, [rows, starts, columns, at(values), ...matrix, ...prefixes]);
      return out;
    });

  /** `dy` holds for each bound the sum over all from there on. */
  const valueGradients = (
    { rows, rowStart, columnOf }: Support,
    W: tf.Tensor2D,
    dy: tf.Tensor,
    bounds: readonly number[],
  ): tf.Tensor2D =>
    heap.withRoom((room) => {
      const out = make([1, columnOf.length]) as tf.Tensor2D;
      const places = [room.copy(rowStart), room.copy(columnOf), at(W), W.shape[1]] as const;
      const prefixes = [room.copy(Int32Array.from(bounds)), bounds.length, at(dy), at(out)] as const;
      heap.rows('valueGradients', rows, [rows, ...places, ...prefixes]);
      return out;
    });

  /** Sum over parts of valuesᵀ·dy, and of the columns of the values; the parts' entries one after the other in `values`. */
  const weightGradients = (
    parts: readonly Support[],
    values: readonly number[],
    dy: tf.Tensor,
    width: number,
    bounds: readonly number[],
  ): { dW: tf.Tensor2D; dBias: tf.Tensor1D } =>
    heap.withRoom((room) => {
      const { rows, columns } = parts[0] as Support;
      const dW = make([columns, width]) as tf.Tensor2D;
      const dBias = make([columns]) as tf.Tensor1D;
      const sorted = sortedByColumn(heap, room, parts, values);
      const prefixes = [room.copy(Int32Array.from(bounds)), bounds.length] as const;
      const args = [rows, ...sorted, width, ...prefixes, at(dy), at(dW), at(dBias)];
      heap.rows('weightGradients', columns, args);
      return { dW, dBias };
    });

  return {
    select(x, W, bias, choices, density) {
      const [rows, width] = x.shape;
      const operands = { x: at(x), W: at(W), bias: bias && at(bias), rows, width, columns: W.shape[0] };
      return selectInSlabs(heap, operands, choices, density);
    },

    product({ support, values }, W, bias) {
      const packed = packedSupport(support);
      if (packed !== undefined)
        return packedProducts.product({ support, values: at(values), packed }, W, bias);
      return tf.tidy(() =>
        prefixProducts({ support, values }, W, bias, [W.shape[0]]).reshape([support.rows, W.shape[1]]),
      );
    },

    productGradients({ support, values }, W, dy, frozen) {
      const packed = packedSupport(support);
      const [columns, width] = W.shape;
      if (packed === undefined) {
        const dValues = valueGradients(support, W, dy, [columns]);
        if (frozen) return { dValues };
        const { dW, dBias } = weightGradients([support], [at(values)], dy, width, [columns]);
        dBias.dispose();
        return { dValues, dW };
      }
      const dValues = packedProducts.valueGradients(support, packed, W, dy);
      if (frozen) return { dValues };
      const dW = make([columns, width]) as tf.Tensor2D;
      view(dW).fill(0);
      packedProducts.addWeightGradients({ support, values: at(values), packed }, dy, dW);
      return { dValues, dW };
    },

    prefixProducts,

    prefixGradients({ support, values }, W, dy, bounds) {
      const width = W.shape[1];
      const sums = make(dy.shape);
      heap.rows('suffixSums', support.rows, [support.rows, width, bounds.length, at(dy), at(sums)]);
      const dValues = valueGradients(support, W, sums, bounds);
      const { dW, dBias } = weightGradients([support], [at(values)], sums, width, bounds);
      tf.dispose([sums, dBias]);
      return { dValues, dW };
    },

    selectGradients(supports, dz, x) {
      let start = at(dz);
      const parts = supports.map((support) => {
        const part = { support, values: start, packed: packedSupport(support) };
        start += support.columnOf.length * 4;
        return part;
      });
      const sparse = parts.filter(({ packed }) => packed === undefined);
      const { rows, columns } = supports[0] as Support;
      const none: Support = {
        rows,
        columns,
        rowStart: new Int32Array(rows + 1),
        columnOf: new Int32Array(0),
      };
      const gradients = weightGradients(
        sparse.length === 0 ? [none] : sparse.map(({ support }) => support),
        sparse.length === 0 ? [at(dz)] : sparse.map(({ values }) => values),
        x,
        x.shape[1],
        [columns],
      );
      for (const { support, values, packed } of parts) {
        if (packed === undefined) continue;
        heap.withRoom((room) => {
          heap.run.addByColumn(
            support.columnOf.length,
            room.copy(support.columnOf),
            values,
            at(gradients.dBias),
          );
        });
        packedProducts.addWeightGradients({ support, values, packed }, x, gradients.dW);
      }
      return gradients;
    },

    gatherColumns({ columnOf }, vector) {
      return heap.withRoom((room) => {
        const out = make([1, columnOf.length]) as tf.Tensor2D;
        heap.rows('gatherColumns', columnOf.length, [room.copy(columnOf), at(vector), at(out)]);
        return out;
      });
    },

    sumColumns({ support: { columns, columnOf }, values }) {
      return heap.withRoom((room) => {
        const sums = make([columns]) as tf.Tensor1D;
        view(sums).fill(0);
        heap.run.addByColumn(columnOf.length, room.copy(columnOf), at(values), at(sums));
        return sums;
      });
    },

    fired({ support: { columns, columnOf }, values }) {
      return heap.withRoom((room) => {
        const fired = make([columns]) as tf.Tensor1D;
        view(fired).fill(0);
        heap.run.markFired(columnOf.length, room.copy(columnOf), at(values), at(fired));
        return fired;
      });
    },
  };
}
