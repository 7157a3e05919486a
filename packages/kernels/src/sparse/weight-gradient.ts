/** Gradients of a weight matrix from entries, some dimensions at a time. */
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../heap/heap.ts';
import { STRIP, weightStripArguments } from '../tasks/weight-strip.ts';

/** A sparse matrix's entries in the order of their columns, as places on the heap. */
export interface SortedEntries {
  readonly rows: number;
  readonly columns: number;
  /** Where each column's entries begin, [columns + 1]. */
  readonly columnStart: number;
  /** Each entry's row and value. */
  readonly rowOf: number;
  readonly values: number;
}

/**
 * valuesᵀ·dy, [columns, width], written to `out` or, for `isMore`, added to what is there.
 *
 * @param dy [rows, width]; with several bounds [bounds, rows, width]: what reaches the entries below each of them
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
  // Whoever does a part cuts its strip: as few parts as keep all threads at work.
  const shares = Math.max(1, Math.min(columns, Math.ceil(heap.team.threads / strips)));
  heap.withRoom((room) => {
    const size = (rows + 1) * STRIP;
    const scratch = room.take(heap.team.threads * size);
    const prefixes = [room.copy(Int32Array.from(bounds)), bounds.length] as const;
    const entries = [rows, columnStart, rowOf, values] as const;
    const operands = [...entries, width, ...prefixes, heap.at(dy), out, Number(isMore)] as const;
    const args = { columns, shares, scratch: { offset: scratch, bytes: size * 4 }, operands };
    heap.team.run('weightStrip', strips * shares, weightStripArguments(args));
  });
}
