import type * as tf from '@tensorflow/tfjs';
import type { Heap, Scratch } from '../heap/heap.ts';
import type { Gemm } from '../onnx/gemm.ts';
import type { Support, SupportArrays } from './support.ts';

/** A support whose entries lie close in few columns, as those of dead latents do: worth a dense product of those columns. */
interface Packed {
  /** The columns that have entries, rising. */
  readonly used: Int32Array;
  /** Which of them each column is, [columns]. */
  readonly rank: Int32Array;
}

/** An entry costs a sparse kernel about as much as so many cost a dense product. */
const DENSE_FROM = 0.1;
/** Few entries are cheap either way. */
const LEAST_ENTRIES = 4096;
/** Rows that show most often that there are too many columns. */
const SAMPLED_ROWS = 64;

/** By what holds the numbers of `columnOf`, which clones share. */
const known = new WeakMap<object, { packed: Packed | undefined }>();

/** Undefined where the sparse kernels are the faster way. */
export function packedSupport(
  support: Support,
  rowStart: Int32Array,
  columnOf: Int32Array,
): Packed | undefined {
  let answer = known.get(support.columnOf.dataId);
  if (answer === undefined) {
    answer = { packed: pack({ ...support, rowStart, columnOf }) };
    known.set(support.columnOf.dataId, answer);
  }
  return answer.packed;
}

function pack({ rows, columns, rowStart, columnOf }: SupportArrays): Packed | undefined {
  if (columnOf.length < LEAST_ENTRIES) return undefined;
  const isSparse = (used: number): boolean => columnOf.length < DENSE_FROM * rows * used;
  const rank = new Int32Array(columns);
  let used = 0;
  const count = (from: number, to: number): void => {
    for (let entry = from; entry < to; entry++) {
      const column = columnOf[entry]!;
      used += 1 - rank[column]!;
      rank[column] = 1;
    }
  };
  const sampled = rowStart[Math.min(SAMPLED_ROWS, rows)]!;
  count(0, sampled);
  if (isSparse(used)) return undefined;
  count(sampled, columnOf.length);
  if (isSparse(used)) return undefined;
  const names = new Int32Array(used);
  for (let [column, next] = [0, 0]; column < columns; column++) {
    if (rank[column] === 0) continue;
    names[next] = column;
    rank[column] = next++;
  }
  return { used: names, rank };
}

interface PackedCode {
  readonly support: Support;
  /** Place of the values. */
  readonly values: number;
  readonly packed: Packed;
}

/** The operations of codes by dense products of the columns that have entries. */
export function productsOfPacked(heap: Heap, gemm: Gemm) {
  /** The entries as a matrix of the columns that have any, [rows, used], or those of the matrix as entries. */
  const convert = (
    kernel: 'unpackRows' | 'packRows',
    { rows, rowStart, columnOf }: Support,
    { used, rank }: Packed,
    [from, to]: [number, number],
  ): void =>
    heap.withScratch((scratch) => {
      const places = [heap.offset(rowStart), heap.offset(columnOf), scratch.copy(rank)] as const;
      heap.rows(kernel, rows, [...places, from, used.length, to]);
    });

  /** Rows of W for the columns that have entries, [used, width]. */
  const rowsOf = (scratch: Scratch, W: tf.Tensor2D, { used }: Packed): Float32Array => {
    const width = W.shape[1];
    const place = scratch.allocate(used.length * width);
    const [from, rows] = [heap.view(W), heap.floats(place, used.length * width)];
    used.forEach((column, i) => rows.set(from.subarray(column * width, (column + 1) * width), i * width));
    return rows;
  };

  const product = (code: PackedCode, W: tf.Tensor2D, bias: tf.Tensor1D | undefined): tf.Tensor2D =>
    heap.withScratch((scratch) => {
      const { rows } = code.support;
      const [width, used] = [W.shape[1], code.packed.used.length];
      const out = heap.make([rows, width]) as tf.Tensor2D;
      const place = scratch.allocate(rows * used);
      const b = rowsOf(scratch, W, code.packed);
      convert('unpackRows', code.support, code.packed, [code.values, place]);
      const shape = { m: rows, n: width, k: used, transposeA: false, transposeB: false };
      gemm({
        a: heap.floats(place, rows * used),
        b,
        out: heap.view(out),
        ...shape,
        ...(bias && { bias: heap.view(bias) }),
      });
      return out;
    });

  const valueGradients = (support: Support, packed: Packed, W: tf.Tensor2D, dy: tf.Tensor): tf.Tensor2D =>
    heap.withScratch((scratch) => {
      const dValues = heap.make([1, support.columnOf.size]) as tf.Tensor2D;
      const [m, n, k] = [support.rows, packed.used.length, W.shape[1]];
      const place = scratch.allocate(m * n);
      const b = rowsOf(scratch, W, packed);
      gemm({
        a: heap.view(dy),
        b,
        out: heap.floats(place, m * n),
        m,
        n,
        k,
        transposeA: false,
        transposeB: true,
      });
      convert('packRows', support, packed, [place, heap.offset(dValues)]);
      return dValues;
    });

  /** Adds valuesᵀ·dy to the rows of dW. */
  const addWeightGradients = ({ support, values, packed }: PackedCode, dy: tf.Tensor, dW: tf.Tensor): void =>
    heap.withScratch((scratch) => {
      const [m, n, k] = [packed.used.length, dW.shape[1] as number, support.rows];
      const [matrix, sums] = [scratch.allocate(k * m), scratch.allocate(m * n)];
      convert('unpackRows', support, packed, [values, matrix]);
      const out = heap.floats(sums, m * n);
      gemm({
        a: heap.floats(matrix, k * m),
        b: heap.view(dy),
        out,
        m,
        n,
        k,
        transposeA: true,
        transposeB: false,
      });
      const into = heap.view(dW);
      packed.used.forEach((column, i) => {
        for (let d = 0; d < n; d++) into[column * n + d]! += out[i * n + d]!;
      });
    });

  return { product, valueGradients, addWeightGradients };
}
