import type { GroupCell, RunCell, RunGroup, RunTableRow } from '@sae-lab/db/reading';
import { halfWidth } from '../half-width.ts';
import type { TableColumn } from '../table-columns.ts';
import type { ExportColumn } from './row-writer.ts';

/** What a column of the table becomes in an exported table of groups. */
interface Part {
  readonly column: ExportColumn;
  readonly of: (cell: GroupCell) => RunCell;
}

/**
 * The columns of an exported table of groups: the number of runs, then of each measured number its mean, the ends of the
 * 95 % interval and the number of runs that have it, and of anything else what all runs share, or a text.
 */
export function groupColumns(columns: readonly TableColumn[]): {
  columns: readonly ExportColumn[];
  rowOf: (group: RunGroup) => RunTableRow;
} {
  const parts = columns.map(partsOf);
  const size: ExportColumn = {
    key: 'n',
    type: 'number',
    label: 'n',
    meaning: 'Number of runs.',
    numeric: true,
    width: 0,
    firstDirection: 'desc',
    isNumber: true,
    isWhole: true,
  };
  return {
    columns: [size, ...parts.flat().map(({ column }) => column)],
    rowOf: ({ group, size: runs, cells }) => ({
      id: group,
      cells: [runs, ...parts.flatMap((own, index) => own.map(({ of }) => of(cells[index] ?? null)))],
    }),
  };
}

function partsOf(column: TableColumn): Part[] {
  // Of times, the newest, as the page shows it.
  if (column.type === 'time') {
    const newest = (cell: GroupCell): RunCell =>
      cell === null ? null : 'high' in cell ? cell.high : 'value' in cell ? cell.value : null;
    return [{ column: { ...column, isNumber: false }, of: newest }];
  }
  if (!column.measure) return [{ column: { ...column, type: 'text', isNumber: false }, of: commonText }];
  const part = (suffix: string, label: string, of: Part['of']): Part => ({
    column: {
      ...column,
      key: `${column.key}${suffix}`,
      label: `${column.label}${label}`,
      isNumber: true,
    },
    of,
  });
  const end =
    (sign: -1 | 1) =>
    (cell: GroupCell): RunCell => {
      if (cell === null || !('mean' in cell)) return null;
      const half = halfWidth(cell);
      return half === null ? null : cell.mean + sign * half;
    };
  const { measure: _, ...countColumn } = column;
  return [
    part('', '', (cell) => (cell === null ? null : 'mean' in cell ? cell.mean : commonText(cell))),
    part('.low', ' low', end(-1)),
    part('.high', ' high', end(1)),
    {
      column: {
        ...countColumn,
        key: `${column.key}.n`,
        label: `${column.label} n`,
        isNumber: true,
        isWhole: true,
      },
      of: (cell) => (cell !== null && 'mean' in cell ? cell.n : 0),
    },
  ];
}

/** What all runs share, or how far they differ. */
function commonText(cell: GroupCell): RunCell {
  if (cell === null) return null;
  if ('value' in cell) return cell.value;
  if ('low' in cell) return `${cell.low} to ${cell.high}`;
  if ('values' in cell) return `${cell.values} values`;
  if ('statuses' in cell) {
    return Object.entries(cell.statuses)
      .map(([status, count]) => `${count} ${status}`)
      .join(', ');
  }
  return cell.mean;
}
