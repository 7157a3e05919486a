import { integer } from '@sae-lab/measures';
import { markPath } from '../charts/mark-path.ts';
import type { ColorScale } from './color-scale.ts';
import { MOST_SELECTED } from './table-state.ts';
import type { LoadedRow } from './use-run-pages.ts';

interface LeadCellProps {
  readonly row: LoadedRow;
  readonly scale: ColorScale | undefined;
  readonly isSelected: boolean;
  /** While runs are grouped: whether this group shows its members. */
  readonly isOpen: boolean | undefined;
  readonly onToggle: (toHere: boolean) => void;
  readonly onOpen: ((group: number) => void) | undefined;
}

/** What a row starts with: its checkbox, its mark, and of a group the number of its runs. */
export function LeadCell({ row, scale, isSelected, isOpen, onToggle, onOpen }: LeadCellProps) {
  const isGroup = 'group' in row;
  const isTooLarge = isGroup && row.members === null;
  return (
    <span className={`flex items-center gap-2 ${isOpen !== undefined && !isGroup ? 'pl-5' : ''}`}>
      <input
        type="checkbox"
        aria-label={isGroup ? `Select the group of run ${row.group}` : `Select run ${row.id}`}
        {...(isTooLarge && { title: `More than ${MOST_SELECTED} runs: filter for them to select all` })}
        disabled={isTooLarge}
        checked={isSelected}
        onChange={({ nativeEvent }) => onToggle(nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
        className="size-4 shrink-0 accent-[var(--accent)]"
        // The row's own keys act on the active row.
        tabIndex={-1}
      />
      {scale === undefined ? null : <Mark row={row} scale={scale} />}
      {isGroup ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={`n=${integer(row.size)}, ${isOpen ? 'hide' : 'show'} the runs of the group of run ${row.group}`}
          onClick={() => onOpen?.(row.group)}
          className="flex items-center gap-1 rounded px-1 text-xs text-soft hover:bg-line hover:text-ink"
        >
          <svg
            width={8}
            height={8}
            viewBox="0 0 8 8"
            aria-hidden="true"
            className={isOpen ? 'rotate-90' : undefined}
          >
            <path d="M2,0L6.5,4L2,8Z" fill="currentColor" />
          </svg>
          n={integer(row.size)}
        </button>
      ) : null}
    </span>
  );
}

function Mark({ row, scale }: { row: LoadedRow; scale: ColorScale }) {
  const { key } = scale.column;
  const style = 'group' in row ? ofGroup(row.values[key]) : scale.styleOf(row.values[key]);
  return (
    <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true" className="shrink-0">
      {style ? (
        <path d={markPath(style.shape, 4.6)} style={{ fill: style.color }} fillRule="evenodd" />
      ) : null}
    </svg>
  );

  /** A group whose runs differ has no mark, except that of its mean. */
  function ofGroup(cell: Extract<LoadedRow, { group: number }>['values'][string] | undefined) {
    if (cell == null) return undefined;
    if ('value' in cell) return scale.styleOf(cell.value);
    return 'mean' in cell && scale.isContinuous ? scale.styleOf(cell.mean) : undefined;
  }
}
