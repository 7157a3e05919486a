import type { Heap, Room } from '../compiled/heap.ts';
import type { Support } from './support.ts';

interface Order {
  /** Where each column's entries begin, [columns + 1]. */
  readonly columnStart: Int32Array;
  /** The row of each entry, and which entry it is, column after column. */
  readonly rowOf: Int32Array;
  readonly entry: Int32Array;
}

/** Both weights' gradients have the same entries. */
const known = new WeakMap<Support, Order>();

/**
 * Entries column after column, within one in the order of their rows; as places of columns' starts, rows and values.
 *
 * @param values places of the values of each part
 */
export function sortedByColumn(
  heap: Heap,
  room: Room,
  parts: readonly Support[],
  values: readonly number[],
): [columnStart: number, rowOf: number, values: number] {
  const only = parts.length === 1 ? parts[0] : undefined;
  const order = (only && known.get(only)) ?? sort(heap, parts);
  if (only !== undefined) known.set(only, order);
  const count = order.entry.length;
  const sorted = room.take(count);
  heap.rows('gatherColumns', count, [room.copy(order.entry), inOneRow(heap, room, parts, values), sorted]);
  return [room.copy(order.columnStart), room.copy(order.rowOf), sorted];
}

function inOneRow(heap: Heap, room: Room, parts: readonly Support[], values: readonly number[]): number {
  if (values.length === 1) return values[0]!;
  const lengths = parts.map(({ columnOf }) => columnOf.length);
  const all = room.take(lengths.reduce((sum, length) => sum + length, 0));
  let start = all;
  lengths.forEach((length, i) => {
    heap.floats(start, length).set(heap.floats(values[i]!, length));
    start += length * 4;
  });
  return all;
}

function sort(heap: Heap, parts: readonly Support[]): Order {
  return heap.withRoom((room) => {
    const { columns } = parts[0]!;
    const count = parts.reduce((sum, { columnOf }) => sum + columnOf.length, 0);
    const [rowOf, columnOf] = [room.take(count), room.take(count)];
    const [columnStart, rows, entry] = [room.take(columns + 1), room.take(count), room.take(count)];
    let start = 0;
    for (const support of parts) {
      const length = support.columnOf.length;
      fillRows(heap.ints(rowOf + start * 4, length), support);
      heap.ints(columnOf + start * 4, length).set(support.columnOf);
      start += length;
    }
    heap.run.sortByColumn(count, columns, rowOf, columnOf, columnStart, rows, entry);
    const copy = (place: number, length: number): Int32Array => heap.ints(place, length).slice();
    return {
      columnStart: copy(columnStart, columns + 1),
      rowOf: copy(rows, count),
      entry: copy(entry, count),
    };
  });
}

function fillRows(rowOf: Int32Array, { rows, rowStart }: Support): void {
  for (let row = 0; row < rows; row++) rowOf.fill(row, rowStart[row], rowStart[row + 1]);
}
