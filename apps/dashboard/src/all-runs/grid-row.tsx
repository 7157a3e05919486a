import { memo, type CSSProperties, type ReactNode } from 'react';
import { RunCell } from './run-cell.tsx';
import type { PlacedColumn } from './use-column-model.ts';
import type { LoadedRun } from './use-run-pages.ts';

export const ROW_HEIGHT = 36;

interface GridRowProps {
  readonly id: string;
  /** From 1, with the heading as the first row. */
  readonly rowIndex: number;
  readonly run: LoadedRun | undefined;
  readonly placed: readonly PlacedColumn[];
  readonly width: number;
  /** Distance to the top of the rows; absent for the baseline, which stays in view. */
  readonly top?: number;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly baseline: LoadedRun | null;
  readonly onToggle: (id: number) => void;
  readonly onActivate?: (rowIndex: number) => void;
}

/** A row of the table of all runs; grey bars until its run has been read. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { id, rowIndex, run, placed, width, top, isSelected, isActive, baseline } = props;
  const isBaseline = top === undefined;
  const background = isBaseline || isActive ? 'bg-sunken' : 'bg-surface';
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      className={`group flex [contain:layout_style] border-b border-line ${isBaseline ? 'sticky z-20 border-b-line-strong' : 'absolute inset-x-0 top-0'} ${background}`}
      style={{
        width: `max(100%, ${width}px)`,
        height: ROW_HEIGHT,
        ...(isBaseline ? { top: ROW_HEIGHT } : { transform: `translateY(${top}px)` }),
      }}
      onMouseDown={() => props.onActivate?.(rowIndex)}
    >
      {/* One element that stays in view, since the browser composites each of them separately. */}
      <div className={`sticky left-0 z-10 flex shrink-0 ${background} group-hover:bg-sunken`}>
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
        className={`flex shrink-0 items-center overflow-hidden px-3 text-[13px] ${place.column?.numeric ? 'justify-end' : ''}`}
        style={cellStyle(place)}
      >
        {cellContent(place, index)}
      </div>
    );
  }

  function cellContent({ column }: PlacedColumn, index: number): ReactNode {
    if (!run) return column ? <span className="h-2.5 w-3/5 rounded bg-line" aria-hidden="true" /> : null;
    if (column) return <RunCell column={column} run={run} baseline={baseline} isLink={index === 1} />;
    return (
      <input
        type="checkbox"
        aria-label={`Select run ${run.id}`}
        checked={isSelected}
        onChange={() => props.onToggle(run.id)}
        className="size-4 accent-[var(--accent)]"
        // The row's own keys act on the active row.
        tabIndex={-1}
      />
    );
  }
});

/** On a wide screen, columns of text share the rest. */
export function cellStyle({ column, width, isPinned }: PlacedColumn): CSSProperties {
  const grows = !isPinned && (column?.type === 'text' || column?.type === 'list');
  return { width, ...(grows && { flexGrow: 1 }) };
}
