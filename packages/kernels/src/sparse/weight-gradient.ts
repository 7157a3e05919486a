/** Gradients of a weight matrix from entries, one strip of dimensions at a time. */
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../heap/heap.ts';
import { STRIP, weightStripArguments } from '../tasks/weight-strip.ts';

/** The entries of a sparse matrix sorted by column, as offsets on the heap. */
export interface SortedEntries {
  readonly rows: number;
  readonly columns: number;
  /** Index of each column's first entry, [columns + 1]. */
  readonly columnStart: number;
  /** The row and value of each entry. */
  readonly rowOf: number;
  readonly values: number;
}

/**
 * Writes valuesᵀ·dy, [columns, width], to `out`, or adds it if `isMore`.
 *
 * @param dy [rows, width], or with several bounds [bounds, rows, width]: the gradient that reaches the columns below each
 */
export function writeWeightGradient(
  heap: Heap,
  { rows, columns, columnStart, rowOf, values }: SortedEntries,
  dy: tf.Tensor,
  bounds: readonly number[],
  out: number,
  isMore = false,
): void {
  const width = dy.shape.at(-1)!;
  const strips = Math.ceil(width / STRIP);
  // Each part copies its strip first, so use no more parts than keep all threads busy.
  const shares = Math.max(1, Math.min(columns, Math.ceil(heap.team.threads / strips)));
  heap.withScratch(({ allocate, copy }) => {
    const size = (rows + 1) * STRIP;
    const scratch = { offset: allocate(heap.team.threads * size), bytes: size * 4 };
    const prefixes = [copy(Int32Array.from(bounds)), bounds.length] as const;
    const entries = [rows, columnStart, rowOf, values] as const;
    const operands = [...entries, width, ...prefixes, heap.offset(dy), out, Number(isMore)] as const;
    const args = { columns, shares, scratch, operands };
    heap.team.run('weightStrip', strips * shares, weightStripArguments(args));
  });
}
