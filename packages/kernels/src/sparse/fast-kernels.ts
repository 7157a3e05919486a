/**
 * The sparse operations on the heap of tfjs's wasm backend, in place: compiled kernels for the entries, ONNX Runtime for
 * products. Rows are shared out among threads; what each of them holds does not depend on how.
 */
import * as tf from '@tensorflow/tfjs';
import type { Gemm } from '../gemm.ts';
import type { Heap } from '../compiled/heap.ts';
import { byColumnOf, withByColumn } from './by-column.ts';
import { packedSupport, productsOfPacked } from './packed.ts';
import { selectInSlabs } from './select-in-slabs.ts';
import type { SparseKernels, SparseTensor } from './sparse-kernels.ts';
import type { Support } from './support.ts';

export function fastKernels(heap: Heap, gemm: Gemm): SparseKernels {
  const at = (tensor: tf.Tensor): number => heap.at(tensor);
  const make = (shape: number[]): tf.Tensor => heap.make(shape);
  const view = (tensor: tf.Tensor): Float32Array<ArrayBuffer> => heap.view(tensor);

  const packedProducts = productsOfPacked(heap, gemm);
  const packedOf = (support: Support) =>
    packedSupport(support, heap.viewWhole(support.rowStart), heap.viewWhole(support.columnOf));

  const prefixProducts = (
    { support, values }: SparseTensor,
    W: tf.Tensor2D,
    bias: tf.Tensor1D | undefined,
    bounds: readonly number[],
  ): tf.Tensor3D =>
    heap.withRoom((room) => {
      const { rows } = support;
      const out = make([bounds.length, rows, W.shape[1]]) as tf.Tensor3D;
      const [starts, columns] = [at(support.rowStart), at(support.columnOf)];
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
      const out = make([1, columnOf.size]) as tf.Tensor2D;
      const places = [at(rowStart), at(columnOf), at(W), W.shape[1]] as const;
      const prefixes = [room.copy(Int32Array.from(bounds)), bounds.length, at(dy), at(out)] as const;
      heap.rows('valueGradients', rows, [rows, ...places, ...prefixes]);
      return out;
    });

  /** valuesᵀ·dy and the sums of the values' columns, written to the tensors given or, for `isMore`, added to them. */
  const weightGradients = (
    support: Support,
    values: number,
    dy: tf.Tensor,
    bounds: readonly number[],
    { dW, dBias, isMore = false }: { dW: tf.Tensor2D; dBias?: tf.Tensor1D; isMore?: boolean },
  ): void =>
    heap.withRoom((room) => {
      const { rows, columns } = support;
      const { columnStart, rowOf, entryOf } = byColumnOf(heap, room, support);
      const count = support.columnOf.size;
      const sorted = room.take(count);
      heap.rows('gatherColumns', count, [entryOf, values, sorted]);
      const prefixes = [room.copy(Int32Array.from(bounds)), bounds.length] as const;
      const out = [at(dy), at(dW), dBias === undefined ? 0 : at(dBias), Number(isMore)];
      heap.rows('weightGradients', columns, [
        ...[rows, columnStart, rowOf, sorted, dW.shape[1], ...prefixes],
        ...out,
      ]);
    });

  return {
    select(x, W, bias, choices, density) {
      const [rows, width] = x.shape;
      const operands = { x: at(x), W: at(W), bias: bias && at(bias), rows, width, columns: W.shape[0] };
      const found = selectInSlabs(heap, operands, choices, density);
      // Both weights' gradients will ask for the order by column; the few latents of a mask have another way.
      const { gradientDepth, kernelDepth } = tf.engine().state;
      const isTaped = gradientDepth > 0 && kernelDepth === 0;
      return found.map(({ support, values }, i) => {
        const isWanted = isTaped && choices[i]!.among === undefined;
        return { support: isWanted ? withByColumn(heap, support) : support, values };
      });
    },

    product({ support, values }, W, bias) {
      const packed = packedOf(support);
      if (packed !== undefined)
        return packedProducts.product({ support, values: at(values), packed }, W, bias);
      return tf.tidy(() =>
        prefixProducts({ support, values }, W, bias, [W.shape[0]]).reshape([support.rows, W.shape[1]]),
      );
    },

    productGradients({ support, values }, W, dy, frozen) {
      const packed = packedOf(support);
      const [columns, width] = W.shape;
      if (packed === undefined) {
        const dValues = valueGradients(support, W, dy, [columns]);
        if (frozen) return { dValues };
        const dW = make([columns, width]) as tf.Tensor2D;
        weightGradients(support, at(values), dy, [columns], { dW });
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
      const [columns, width] = W.shape;
      const sums = make(dy.shape);
      heap.rows('suffixSums', support.rows, [support.rows, width, bounds.length, at(dy), at(sums)]);
      const dValues = valueGradients(support, W, sums, bounds);
      const dW = make([columns, width]) as tf.Tensor2D;
      weightGradients(support, at(values), sums, bounds, { dW });
      sums.dispose();
      return { dValues, dW };
    },

    selectGradients(supports, dz, x) {
      const [columns, width] = [supports[0]!.columns, x.shape[1]];
      const gradients = {
        dW: make([columns, width]) as tf.Tensor2D,
        dBias: make([columns]) as tf.Tensor1D,
      };
      let values = at(dz);
      supports.forEach((support, i) => {
        const packed = packedOf(support);
        const isMore = i > 0;
        if (packed === undefined) {
          weightGradients(support, values, x, [columns], { ...gradients, isMore });
        } else {
          if (!isMore) Object.values(gradients).forEach((gradient) => view(gradient).fill(0));
          const count = support.columnOf.size;
          heap.run.addByColumn(count, at(support.columnOf), values, at(gradients.dBias));
          packedProducts.addWeightGradients({ support, values, packed }, x, gradients.dW);
        }
        values += support.columnOf.size * 4;
      });
      return gradients;
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

    fired({ support: { columns, columnOf }, values }) {
      const fired = make([columns]) as tf.Tensor1D;
      view(fired).fill(0);
      heap.run.markFired(columnOf.size, at(columnOf), at(values), at(fired));
      return fired;
    },
  };
}
