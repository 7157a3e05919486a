import {
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { TableColumn } from './table-columns.ts';
import type { LoadedRun } from './use-run-pages.ts';

const features = tableFeatures({
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  columnVisibilityFeature,
});

const SELECT = 'select';
const SELECT_WIDTH = 40;
/** Space for a mark next to the checkbox, and for the number of runs of a group. */
const MARK_WIDTH = 24;
const SIZE_WIDTH = 64;
/** Space for a difference next to a measured number, and for the interval of a mean. */
const DIFFERENCE_WIDTH = 84;
const INTERVAL_WIDTH = 52;
/** Space for the range of a number, and for counts of statuses. */
const RANGE_WIDTH = 40;
const STATUSES_WIDTH = 72;
const NO_ROWS: LoadedRun[] = [];

interface ColumnModelOptions {
  readonly columns: readonly TableColumn[];
  /** Keys of the shown columns in order. */
  readonly shown: readonly string[];
  readonly pinned: readonly string[];
  readonly differences: boolean;
  /** Whether rows have a coloured mark. */
  readonly marks: boolean;
  readonly groups: boolean;
}

/** A column where it is on the screen. */
export interface PlacedColumn {
  readonly id: string;
  /** Absent for the column of checkboxes. */
  readonly column: TableColumn | undefined;
  readonly width: number;
  /** Whether the column stays in view. */
  readonly isPinned: boolean;
}

/** The shown columns from left to right: pinned ones first, then in the reader's order. */
export function useColumnModel(options: ColumnModelOptions): {
  placed: readonly PlacedColumn[];
  width: number;
} {
  const { columns, shown, pinned, differences, marks, groups } = options;
  const definitions = useMemo((): ColumnDef<typeof features, LoadedRun>[] => {
    const extraWidth = ({ type, numeric, measure }: TableColumn): number => {
      if (measure) return (differences ? DIFFERENCE_WIDTH : 0) + (groups ? INTERVAL_WIDTH : 0);
      if (!groups) return 0;
      return type === 'status' ? STATUSES_WIDTH : numeric ? RANGE_WIDTH : 0;
    };
    return [
      { id: SELECT, size: SELECT_WIDTH + (marks ? MARK_WIDTH : 0) + (groups ? SIZE_WIDTH : 0) },
      ...columns.map((column) => ({
        id: column.key,
        size: column.width + extraWidth(column),
        accessorFn: (run: LoadedRun) => run.values[column.key],
      })),
    ];
  }, [columns, differences, marks, groups]);
  const byKey = useMemo(() => new Map(columns.map((column) => [column.key, column])), [columns]);
  const state = useMemo(
    () => ({
      columnOrder: [SELECT, ...shown],
      columnPinning: { start: [SELECT, ...pinned.filter((key) => shown.includes(key))], end: [] },
      columnVisibility: Object.fromEntries(columns.map(({ key }) => [key, shown.includes(key)])),
    }),
    [columns, shown, pinned],
  );
  const table = useTable({ features, columns: definitions, data: NO_ROWS, state });
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const signature = headers
    .map(({ id, column }) => `${id} ${column.getSize()} ${column.getIsPinned()}`)
    .join();
  return useMemo(
    () => ({
      placed: headers.map(({ column }) => ({
        id: column.id,
        column: byKey.get(column.id),
        width: column.getSize(),
        isPinned: column.getIsPinned() === 'start',
      })),
      width: table.getTotalSize(),
    }),
    // The headers are new objects on every render; the signature says when they differ.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [signature, byKey],
  );
}
