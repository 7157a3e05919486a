/**
 * The sparse operations on the heap of tfjs's wasm backend, in place: compiled kernels for the entries, ONNX Runtime for
 * products. Rows are shared out among threads; what each of them holds does not depend on how.
 */
import * as tf from '@tensorflow/tfjs';
import type { Gemm } from '../gemm.ts';
import type { Heap, Room } from './heap-room.ts';
import { packedSupport, type Packed } from './packed.ts';
import { selectInSlabs } from './select-in-slabs.ts';
import type { SparseKernels, SparseTensor } from './sparse-kernels.ts';
import type { Support } from './support.ts';

export function fastKernels(heap: Heap, gemm: Gemm): SparseKernels {
  const at = (tensor: tf.Tensor): number => heap.at(tensor);
  const make = (shape: number[]): tf.Tensor => heap.make(shape);
  const view = (tensor: tf.Tensor): Float32Array<ArrayBuffer> => heap.view(tensor);

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
      const sorted = sortedByColumn(room, parts, values, columns);
      const prefixes = [room.copy(Int32Array.from(bounds)), bounds.length] as const;
      const args = [rows, ...sorted, width, ...prefixes, at(dy), at(dW), at(dBias)];
      heap.rows('weightGradients', columns, args);
      return { dW, dBias };
    });

  const sortedByColumn = (
    room: Room,
    parts: readonly Support[],
    values: readonly number[],
    columns: number,
  ): [number, number, number] => {
    const count = parts.reduce((sum, { columnOf }) => sum + columnOf.length, 0);
    const [rowOf, columnOf, all] = [room.take(count), room.take(count), room.take(count)];
    const sorted: [number, number, number] = [room.take(columns + 1), room.take(count), room.take(count)];
    let start = 0;
    parts.forEach((support, i) => {
      const length = support.columnOf.length;
      fillRows(heap.ints(rowOf + start * 4, length), support);
      heap.ints(columnOf + start * 4, length).set(support.columnOf);
      heap.floats(all + start * 4, length).set(heap.floats(values[i]!, length));
      start += length;
    });
    heap.run.sortByColumn(count, columns, rowOf, columnOf, all, ...sorted);
    return sorted;
  };

  /** The entries as a matrix of the columns that have any, [rows, used], or those of the matrix as entries. */
  const convert = (
    kernel: 'unpackRows' | 'packRows',
    { rows, rowStart, columnOf }: Support,
    { used, rank }: Packed,
    [from, to]: [number, number],
  ): void =>
    heap.withRoom((room) => {
      const places = [room.copy(rowStart), room.copy(columnOf), room.copy(rank)] as const;
      heap.rows(kernel, rows, [...places, from, used.length, to]);
    });

  /** Rows of W for the columns that have entries, [used, width]. */
  const rowsOf = (room: Room, W: tf.Tensor2D, { used }: Packed): Float32Array => {
    const width = W.shape[1];
    const place = room.take(used.length * width);
    const [from, rows] = [view(W), heap.floats(place, used.length * width)];
    used.forEach((column, i) => rows.set(from.subarray(column * width, (column + 1) * width), i * width));
    return rows;
  };

  const denseProduct = (
    code: { support: Support; values: number; packed: Packed },
    W: tf.Tensor2D,
    bias: tf.Tensor1D | undefined,
  ): tf.Tensor2D =>
    heap.withRoom((room) => {
      const { rows } = code.support;
      const [width, used] = [W.shape[1], code.packed.used.length];
      const out = make([rows, width]) as tf.Tensor2D;
      const place = room.take(rows * used);
      const b = rowsOf(room, W, code.packed);
      convert('unpackRows', code.support, code.packed, [code.values, place]);
      const shape = { m: rows, n: width, k: used, transposeA: false, transposeB: false };
      gemm({
        a: heap.floats(place, rows * used),
        b,
        out: view(out),
        ...shape,
        ...(bias && { bias: view(bias) }),
      });
      return out;
    });

  const denseValueGradients = (
    support: Support,
    packed: Packed,
    W: tf.Tensor2D,
    dy: tf.Tensor,
  ): tf.Tensor2D =>
    heap.withRoom((room) => {
      const dValues = make([1, support.columnOf.length]) as tf.Tensor2D;
      const [m, n, k] = [support.rows, packed.used.length, W.shape[1]];
      const place = room.take(m * n);
      const b = rowsOf(room, W, packed);
      gemm({ a: view(dy), b, out: heap.floats(place, m * n), m, n, k, transposeA: false, transposeB: true });
      convert('packRows', support, packed, [place, at(dValues)]);
      return dValues;
    });

  /** Adds valuesᵀ·dy to the rows of dW. */
  const addDense = (
    { support, values, packed }: { support: Support; values: number; packed: Packed },
    dy: tf.Tensor,
    dW: tf.Tensor,
  ): void =>
    heap.withRoom((room) => {
      const [m, n, k] = [packed.used.length, dW.shape[1] as number, support.rows];
      const [matrix, sums] = [room.take(k * m), room.take(m * n)];
      convert('unpackRows', support, packed, [values, matrix]);
      const out = heap.floats(sums, m * n);
      gemm({ a: heap.floats(matrix, k * m), b: view(dy), out, m, n, k, transposeA: true, transposeB: false });
      const into = view(dW);
      packed.used.forEach((column, i) => {
        for (let d = 0; d < n; d++) into[column * n + d]! += out[i * n + d]!;
      });
    });

  return {
    select(x, W, bias, choices, density) {
      const [rows, width] = x.shape;
      const operands = { x: at(x), W: at(W), bias: bias && at(bias), rows, width, columns: W.shape[0] };
      return selectInSlabs(heap, operands, choices, density);
    },

    product({ support, values }, W, bias) {
      const packed = packedSupport(support);
      if (packed !== undefined) return denseProduct({ support, values: at(values), packed }, W, bias);
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
      const dValues = denseValueGradients(support, packed, W, dy);
      if (frozen) return { dValues };
      const dW = make([columns, width]) as tf.Tensor2D;
      view(dW).fill(0);
      addDense({ support, values: at(values), packed }, dy, dW);
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
        addDense({ support, values, packed }, x, gradients.dW);
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

function fillRows(rowOf: Int32Array, { rows, rowStart }: Support): void {
  for (let row = 0; row < rows; row++) rowOf.fill(row, rowStart[row], rowStart[row + 1]);
}
