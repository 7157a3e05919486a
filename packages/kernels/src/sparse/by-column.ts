import type { Heap, Scratch } from '../heap/heap.ts';
import type { ByColumn, Support } from './support.ts';

/** Rows are counted in so many parts, whatever the number of threads. */
const PARTS = 8;

/** Places of columns' starts, and of each entry's row and number, column after column. */
interface Places {
  readonly columnStart: number;
  readonly rowOf: number;
  readonly entryOf: number;
}

/** The order by column as tensors of the support's own, for those that will ask for it more than once. */
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

/** The order by column, made now where the support does not have it. */
export function byColumnOf(heap: Heap, scratch: Scratch, support: Support): Places {
  if (support.byColumn !== undefined) return offsetsOf(heap, support.byColumn);
  const count = support.columnOf.size;
  const places = {
    columnStart: scratch.allocate(support.columns + 1),
    rowOf: scratch.allocate(count),
    entryOf: scratch.allocate(count),
  };
  sort(heap, support, places);
  return places;
}

function offsetsOf(heap: Heap, { columnStart, rowOf, entryOf }: ByColumn): Places {
  return { columnStart: heap.offset(columnStart), rowOf: heap.offset(rowOf), entryOf: heap.offset(entryOf) };
}

/** By counting: each part of the rows knows where its entries of each column begin. */
function sort(heap: Heap, support: Support, { columnStart, rowOf, entryOf }: Places): void {
  const { rows, columns } = support;
  heap.withScratch((scratch) => {
    const starts = scratch.allocate(PARTS * columns);
    const from = [
      PARTS,
      rows,
      columns,
      heap.offset(support.rowStart),
      heap.offset(support.columnOf),
      starts,
    ] as const;
    heap.rows('countByColumn', PARTS, from);
    heap.run.startByColumn(PARTS, columns, starts, columnStart);
    heap.rows('placeByColumn', PARTS, [...from, rowOf, entryOf]);
  });
}
