import type { ReactNode } from 'react';
import { cellStyle, ROW_HEIGHT } from './grid-row.tsx';
import type { PlacedColumn } from './use-column-model.ts';

interface GridHeaderProps {
  readonly placed: readonly PlacedColumn[];
  readonly width: number;
  readonly sort: string | null;
  readonly direction: 'asc' | 'desc';
  readonly onSort: (key: string) => void;
}

export function GridHeader({ placed, width, sort, direction, onSort }: GridHeaderProps) {
  return (
    <div role="rowgroup" className="sticky top-0 z-20" style={{ width: `max(100%, ${width}px)` }}>
      <div
        role="row"
        aria-rowindex={1}
        className="flex border-b border-line-strong bg-surface"
        style={{ height: ROW_HEIGHT }}
      >
        <div className="sticky left-0 z-10 flex shrink-0 bg-surface">
          {placed.map((place) => (place.isPinned ? headingAt(place) : null))}
        </div>
        {placed.map((place) => (place.isPinned ? null : headingAt(place)))}
      </div>
    </div>
  );

  function headingAt(place: PlacedColumn): ReactNode {
    return (
      <Heading
        key={place.id}
        place={place}
        sorted={sort === place.id ? direction : undefined}
        onSort={onSort}
      />
    );
  }
}

interface HeadingProps {
  readonly place: PlacedColumn;
  readonly sorted: 'asc' | 'desc' | undefined;
  readonly onSort: (key: string) => void;
}

function Heading({ place, sorted, onSort }: HeadingProps) {
  const { column } = place;
  if (!column) {
    return (
      <div role="columnheader" className={`shrink-0 bg-surface`} style={cellStyle(place)}>
        <span className="sr-only">Selected</span>
      </div>
    );
  }
  return (
    <div
      role="columnheader"
      aria-sort={sorted === undefined ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
      className={`flex shrink-0 items-center bg-surface px-3 text-xs font-medium ${column.numeric ? 'justify-end' : ''}`}
      style={cellStyle(place)}
    >
      <button
        type="button"
        title={column.meaning}
        className={`inline-flex min-w-0 items-center gap-1 hover:text-ink ${sorted ? 'text-ink' : 'text-soft'} ${column.numeric ? 'flex-row-reverse' : ''}`}
        onClick={() => onSort(place.id)}
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
