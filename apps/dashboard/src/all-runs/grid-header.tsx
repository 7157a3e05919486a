import { useState, type DragEvent, type KeyboardEvent, type ReactNode } from 'react';
import { cellStyle, ROW_HEIGHT } from './grid-row.tsx';
import type { PlacedColumn } from './use-column-model.ts';

/** The columns of the table, and what readers do with them. */
export interface ColumnActions {
  readonly placed: readonly PlacedColumn[];
  readonly width: number;
  readonly sort: string | null;
  readonly direction: 'asc' | 'desc';
  readonly onSort: (key: string) => void;
  /** Drops a column next to another. */
  readonly onMove: (key: string, target: string, side: 'before' | 'after') => void;
  /** Moves a column by one place. */
  readonly onStep: (key: string, step: -1 | 1) => void;
  readonly onHide: (key: string) => void;
}

interface GridHeaderProps extends ColumnActions {
  /** Which of all runs are selected. */
  readonly selected: 'all' | 'some' | 'none';
  readonly onToggleAll: () => void;
}

/** Where a dragged column would go. */
interface Target {
  readonly key: string;
  readonly side: 'before' | 'after';
}

export function GridHeader(props: GridHeaderProps) {
  const { placed, width, onMove } = props;
  const [dragged, setDragged] = useState<string>();
  const [target, setTarget] = useState<Target>();
  return (
    <div role="rowgroup" className="sticky top-0 z-20" style={{ width: `max(100%, ${width}px)` }}>
      <div
        role="row"
        aria-rowindex={1}
        className="flex border-b border-line-strong bg-surface"
        style={{ height: ROW_HEIGHT }}
        onDragStart={(event) => {
          const heading = headingUnder(event);
          if (!heading) return;
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/plain', heading.textContent);
          setDragged(heading.dataset['column']);
        }}
        onDragOver={(event) => {
          const over = targetOf(event);
          if (dragged === undefined || over === undefined) return;
          event.preventDefault();
          if (over.key !== target?.key || over.side !== target.side) setTarget(over);
        }}
        onDrop={(event) => {
          event.preventDefault();
          if (dragged !== undefined && target) onMove(dragged, target.key, target.side);
        }}
        onDragEnd={() => {
          setDragged(undefined);
          setTarget(undefined);
        }}
      >
        <div className="sticky left-0 z-10 flex shrink-0 bg-surface">
          {placed.map((place) => (place.isPinned ? headingAt(place) : null))}
        </div>
        {placed.map((place) => (place.isPinned ? null : headingAt(place)))}
      </div>
    </div>
  );

  function headingAt(place: PlacedColumn): ReactNode {
    if (!place.column) return <SelectAll key={place.id} place={place} {...props} />;
    return (
      <Heading
        key={place.id}
        place={place}
        sorted={props.sort === place.id ? props.direction : undefined}
        dropSide={target?.key === place.id && dragged !== place.id ? target.side : undefined}
        {...props}
      />
    );
  }
}

function headingUnder({ target }: DragEvent): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
}

/** The heading under the pointer, and its nearer edge. */
function targetOf(event: DragEvent): Target | undefined {
  const heading = headingUnder(event);
  if (!heading) return undefined;
  const { left, width } = heading.getBoundingClientRect();
  return { key: heading.dataset['column']!, side: event.clientX < left + width / 2 ? 'before' : 'after' };
}

interface SelectAllProps extends Pick<GridHeaderProps, 'selected' | 'onToggleAll'> {
  readonly place: PlacedColumn;
}

function SelectAll({ place, selected, onToggleAll }: SelectAllProps) {
  return (
    <div role="columnheader" className="flex shrink-0 items-center bg-surface px-3" style={cellStyle(place)}>
      <input
        type="checkbox"
        aria-label="Select all runs that pass the filter"
        title="Select all runs that pass the filter"
        checked={selected === 'all'}
        ref={(element) => {
          if (element) element.indeterminate = selected === 'some';
        }}
        onChange={onToggleAll}
        className="size-4 accent-[var(--accent)]"
      />
    </div>
  );
}

interface HeadingProps extends Pick<GridHeaderProps, 'onSort' | 'onStep' | 'onHide'> {
  readonly place: PlacedColumn;
  readonly sorted: 'asc' | 'desc' | undefined;
  /** The edge at which the dragged column would go. */
  readonly dropSide: 'before' | 'after' | undefined;
}

const DROP = {
  before: 'shadow-[inset_3px_0_var(--accent)]',
  after: 'shadow-[inset_-3px_0_var(--accent)]',
};

function Heading({ place, sorted, dropSide, onSort, onStep, onHide }: HeadingProps) {
  const column = place.column!;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as -1 | 1 | undefined;
    if (event.altKey && step !== undefined) onStep(place.id, step);
    else if (event.key === 'Delete') onHide(place.id);
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="columnheader"
      aria-sort={sorted === undefined ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
      className={`flex shrink-0 cursor-grab items-center bg-surface px-3 text-xs font-medium ${column.numeric ? 'justify-end' : ''} ${dropSide ? DROP[dropSide] : ''}`}
      style={cellStyle(place)}
      data-column={place.id}
      draggable
    >
      <button
        type="button"
        title={column.meaning}
        className={`inline-flex min-w-0 items-center gap-1 hover:text-ink ${sorted ? 'text-ink' : 'text-soft'} ${column.numeric ? 'flex-row-reverse' : ''}`}
        onClick={() => onSort(place.id)}
        onKeyDown={onKeyDown}
      >
        <bdi className="truncate">{column.label}</bdi>
        {/* Always takes its space, so that sorting does not shift the heading. */}
        <svg
          width={7}
          height={7}
          viewBox="0 0 8 8"
          aria-hidden="true"
          className={`shrink-0 ${sorted ? '' : 'invisible'}`}
        >
          <path d={sorted === 'desc' ? 'M0,1.5H8L4,7Z' : 'M0,6.5H8L4,1Z'} fill="currentColor" />
        </svg>
      </button>
    </div>
  );
}
