import type { Heap, Scratch } from '../heap/heap.ts';
import type { ByColumn, Support } from './support.ts';

/** Parts into which rows are split for counting, for any number of threads. */
const PARTS = 8;

/** Offsets of each column's first entry, and of each entry's row and index, sorted by column. */
interface Offsets {
  readonly columnStart: number;
  readonly rowOf: number;
  readonly entryOf: number;
}

/** Adds the order by column to a support, for callers that need it more than once. */
export function withByColumn(heap: Heap, support: Support): Support {
  const count = support.columnOf.size;
  const byColumn: ByColumn = {
    columnStart: heap.makeInt32(support.columns + 1),
    rowOf: heap.makeInt32(count),
    entryOf: heap.makeInt32(count),
  };
  sort(heap, support, offsetsOf(heap, byColumn));
  return { ...support, byColumn };
}

/** The order by column, computed into scratch unless the support has it. */
export function byColumnOf(heap: Heap, { allocate }: Scratch, support: Support): Offsets {
  if (support.byColumn !== undefined) return offsetsOf(heap, support.byColumn);
  const count = support.columnOf.size;
  const offsets = {
    columnStart: allocate(support.columns + 1),
    rowOf: allocate(count),
    entryOf: allocate(count),
  };
  sort(heap, support, offsets);
  return offsets;
}

function offsetsOf(heap: Heap, { columnStart, rowOf, entryOf }: ByColumn): Offsets {
  return {
    columnStart: heap.offset(columnStart),
    rowOf: heap.offset(rowOf),
    entryOf: heap.offset(entryOf),
  };
}

/** A counting sort. The counts per part and column give the position of every entry, so parts are sorted independently. */
function sort(heap: Heap, support: Support, { columnStart, rowOf, entryOf }: Offsets): void {
  const { rows, columns } = support;
  heap.withScratch(({ allocate }) => {
    const starts = allocate(PARTS * columns);
    const entries = [heap.offset(support.rowStart), heap.offset(support.columnOf)] as const;
    const counted = [PARTS, rows, columns, ...entries, starts] as const;
    heap.rows('countByColumn', PARTS, counted);
    heap.run.startByColumn(PARTS, columns, starts, columnStart);
    heap.rows('placeByColumn', PARTS, [...counted, rowOf, entryOf]);
  });
}
