import type * as tf from '@tensorflow/tfjs';
import type { Heap, Scratch } from '../heap/heap.ts';
import type { Gemm } from '../onnx/gemm.ts';
import type { Support, SupportArrays } from './support.ts';

/** A support with many entries in few columns, such as the dead latents of AuxK: a dense product of these is faster. */
interface Packed {
  /** The columns with entries, ascending. */
  readonly used: Int32Array;
  /** The index in `used` of each column, [columns]. */
  readonly rank: Int32Array;
}

/** Density of the used columns above which the dense product is faster. */
const DENSE_FROM = 0.1;
/** With fewer entries, both layouts are cheap. */
const LEAST_ENTRIES = 4096;
/** Rows to sample first. They usually show that too many columns are used. */
const SAMPLED_ROWS = 64;

/** Cached results by the data id of `columnOf`, which clones share. */
const known = new WeakMap<object, { packed: Packed | undefined }>();

/** Undefined if the sparse kernels are faster. */
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
  /** Offset of the values. */
  readonly values: number;
  readonly packed: Packed;
}

/** Operations on packed codes, by dense products over the columns with entries. */
export function productsOfPacked(heap: Heap, gemm: Gemm) {
  /** Converts entries to a matrix of the used columns, [rows, used], or back. */
  const convert = (
    kernel: 'unpackRows' | 'packRows',
    { rows, rowStart, columnOf }: Support,
    { used, rank }: Packed,
    [from, to]: [number, number],
  ): void =>
    heap.withScratch((scratch) => {
      const entries = [heap.offset(rowStart), heap.offset(columnOf), scratch.copy(rank)] as const;
      heap.rows(kernel, rows, [...entries, from, used.length, to]);
    });

  /** The rows of W of the used columns, [used, width]. */
  const rowsOf = (scratch: Scratch, W: tf.Tensor2D, { used }: Packed): Float32Array => {
    const width = W.shape[1];
    const offset = scratch.allocate(used.length * width);
    const [from, rows] = [heap.view(W), heap.floats(offset, used.length * width)];
    used.forEach((column, i) => rows.set(from.subarray(column * width, (column + 1) * width), i * width));
    return rows;
  };

  const product = (code: PackedCode, W: tf.Tensor2D, bias: tf.Tensor1D | undefined): tf.Tensor2D =>
    heap.withScratch((scratch) => {
      const { rows } = code.support;
      const [width, used] = [W.shape[1], code.packed.used.length];
      const out = heap.make([rows, width]) as tf.Tensor2D;
      const offset = scratch.allocate(rows * used);
      const b = rowsOf(scratch, W, code.packed);
      convert('unpackRows', code.support, code.packed, [code.values, offset]);
      const shape = { m: rows, n: width, k: used, transposeA: false, transposeB: false };
      gemm({
        a: heap.floats(offset, rows * used),
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
      const offset = scratch.allocate(m * n);
      const b = rowsOf(scratch, W, packed);
      gemm({
        a: heap.view(dy),
        b,
        out: heap.floats(offset, m * n),
        m,
        n,
        k,
        transposeA: false,
        transposeB: true,
      });
      convert('packRows', support, packed, [offset, heap.offset(dValues)]);
      return dValues;
    });

  /** Adds valuesᵀ·dy to dW. */
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
