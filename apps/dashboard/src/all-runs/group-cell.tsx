import type { GroupCell as Summary, RunStatus } from '@sae-lab/db/reading';
import { integer, NOTHING, spreadParts } from '@sae-lab/measures';
import { statusColor, STATUSES } from '../components/status.ts';
import { DifferenceText } from './difference-text.tsx';
import { halfWidth } from './half-width.ts';
import { CellContent } from './run-cell.tsx';
import { cellText, type TableColumn } from './table-columns.ts';
import type { LoadedRun } from './use-run-pages.ts';

interface GroupCellProps {
  readonly column: TableColumn;
  readonly cell: Summary | undefined;
  /** Number of runs of the group. */
  readonly size: number;
  readonly baseline: LoadedRun | null;
}

/** What a group shows of a column: the mean with its interval, what all runs share, or how far they differ. */
export function GroupCell({ column, cell, size, baseline }: GroupCellProps) {
  if (cell == null) return <span className="text-soft">{NOTHING}</span>;
  if ('value' in cell) return <CellContent column={column} value={cell.value} />;
  if ('values' in cell) return <span className="text-soft italic">{integer(cell.values)} values</span>;
  if ('statuses' in cell) return <Statuses counts={cell.statuses} />;
  if ('low' in cell) {
    // Of times, the newest says most.
    if (column.type === 'time') return <CellContent column={column} value={cell.high} />;
    return (
      <span className="text-soft">
        {cellText(column, cell.low)} to {cellText(column, cell.high)}
      </span>
    );
  }
  const half = halfWidth(cell);
  const [mean, deviation] = spreadParts(column.measure!, { ...cell, deviation: half });
  return (
    <>
      <span
        title={`Mean of ${runsText(cell.n)}${half === null ? '' : ', with the 95 % interval of Student’s t'}`}
      >
        {mean}
        {deviation === undefined ? null : <span className="text-soft"> ± {deviation}</span>}
        {cell.n === size ? null : <span className="ml-1 text-xs text-soft">n={cell.n}</span>}
      </span>
      {baseline ? <DifferenceText column={column} value={cell.mean} baseline={baseline} /> : null}
    </>
  );
}

function runsText(count: number): string {
  return count === 1 ? '1 run' : `${integer(count)} runs`;
}

function Statuses({ counts }: { counts: Readonly<Partial<Record<RunStatus, number>>> }) {
  const present = STATUSES.flatMap((status) => (counts[status] ? [[status, counts[status]] as const] : []));
  const textOf = (parts: typeof present): string =>
    parts.map(([status, count]) => `${integer(count)} ${status}`).join(', ');
  return (
    <span className="flex min-w-0 flex-1 items-center gap-1.5 text-xs text-soft" title={textOf(present)}>
      <span className="flex h-1.5 w-9 shrink-0 gap-px overflow-hidden rounded-full" aria-hidden="true">
        {present.map(([status, count]) => (
          <span
            key={status}
            className="min-w-1"
            style={{ flexGrow: count, background: statusColor(status) }}
          />
        ))}
      </span>
      {/* Most are finished, and the bar shows that. */}
      <span className="truncate">{textOf(present.filter(([status]) => status !== 'finished'))}</span>
    </span>
  );
}
