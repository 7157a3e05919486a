import { memo, type CSSProperties, type ReactNode } from 'react';
import type { ColorScale } from './color-scale.ts';
import { GroupCell } from './group-cell.tsx';
import { LeadCell } from './lead-cell.tsx';
import { RunCell } from './run-cell.tsx';
import type { PlacedColumn } from './use-column-model.ts';
import type { LoadedRow, LoadedRun } from './use-run-pages.ts';

export const ROW_HEIGHT = 36;

interface GridRowProps {
  readonly id: string;
  /** From 1, with the heading as the first row. */
  readonly rowIndex: number;
  readonly row: LoadedRow | undefined;
  readonly placed: readonly PlacedColumn[];
  readonly width: number;
  /** Distance to the top of the rows; absent for the baseline, which stays in view. */
  readonly top?: number;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly baseline: LoadedRun | null;
  readonly scale: ColorScale | undefined;
  /** While runs are grouped: whether a group shows its members. */
  readonly isOpen: boolean | undefined;
  readonly onToggle?: (rowIndex: number, toHere: boolean) => void;
  readonly onActivate?: (rowIndex: number) => void;
  readonly onOpen?: (group: number) => void;
}

/** A row of the table of all runs, of a run or a group; grey bars until it has been read. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { id, rowIndex, row, placed, width, top, isSelected, isActive, baseline, isOpen } = props;
  const isBaseline = top === undefined;
  const isGroup = row !== undefined && 'group' in row;
  const background = isBaseline || isActive || (isGroup && isOpen) ? 'bg-sunken' : 'bg-surface';
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      {...(isOpen !== undefined && { 'aria-level': isGroup ? 1 : 2 })}
      {...(isGroup && { 'aria-expanded': isOpen === true })}
      className={`group flex [contain:layout_style] border-b border-line ${isBaseline ? 'sticky z-20 border-b-line-strong' : 'absolute inset-x-0 top-0'} ${background} ${isActive ? 'shadow-[inset_2px_0_var(--accent)]' : ''}`}
      style={{
        width: `max(100%, ${width}px)`,
        height: ROW_HEIGHT,
        ...(isBaseline ? { top: ROW_HEIGHT } : { transform: `translateY(${top}px)` }),
      }}
      onMouseDown={() => props.onActivate?.(rowIndex)}
    >
      {/* One element that stays in view, since the browser composites each of them separately. */}
      <div
        className={`sticky left-0 z-10 flex shrink-0 ${background} group-hover:bg-sunken ${isActive ? 'shadow-[inset_2px_0_var(--accent)]' : ''}`}
      >
        {placed.map((place, index) => (place.isPinned ? cellAt(place, index) : null))}
      </div>
      {placed.map((place, index) => (place.isPinned ? null : cellAt(place, index)))}
    </div>
  );

  function cellAt(place: PlacedColumn, index: number): ReactNode {
    return (
      <div
        key={place.id}
        role="gridcell"
        className={`flex shrink-0 items-center overflow-hidden px-3 text-[13px] ${place.column?.numeric ? 'justify-end whitespace-nowrap' : ''}`}
        style={cellStyle(place)}
      >
        {cellContent(place, index)}
      </div>
    );
  }

  function cellContent({ column }: PlacedColumn, index: number): ReactNode {
    if (!row) return column ? <span className="h-2.5 w-3/5 rounded bg-line" aria-hidden="true" /> : null;
    if (column && 'group' in row) {
      const cell = (
        <GroupCell column={column} cell={row.values[column.key]} size={row.size} baseline={baseline} />
      );
      return index === 1 ? <span className="flex min-w-0 font-medium">{cell}</span> : cell;
    }
    if (column && 'id' in row) {
      return <RunCell column={column} run={row} baseline={baseline} isLink={index === 1} />;
    }
    return (
      <LeadCell
        row={row}
        scale={props.scale}
        isSelected={isSelected}
        isOpen={isOpen}
        onToggle={(toHere) => props.onToggle?.(rowIndex, toHere)}
        onOpen={props.onOpen}
      />
    );
  }
});

/** On a wide screen, columns of text share the rest. */
export function cellStyle({ column, width, isPinned }: PlacedColumn): CSSProperties {
  const grows = !isPinned && (column?.type === 'text' || column?.type === 'list');
  return { width, ...(grows && { flexGrow: 1 }) };
}
