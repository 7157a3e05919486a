'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import { GridHeader } from './grid-header.tsx';
import { GridRow, ROW_HEIGHT } from './grid-row.tsx';
import type { PlacedColumn } from './use-column-model.ts';
import type { RunPages } from './use-run-pages.ts';

/** Rows above and below the screen that are drawn, too. */
const OVERSCAN = 6;
/** What the server assumes of the screen. */
const FIRST_SCREEN = { width: 1200, height: 800 };

export interface GridHandle {
  readonly scrollTo: (index: number) => void;
  readonly focus: () => void;
}

interface RunGridProps {
  readonly pages: RunPages;
  readonly placed: readonly PlacedColumn[];
  readonly width: number;
  readonly sort: string | null;
  readonly direction: 'asc' | 'desc';
  readonly onSort: (key: string) => void;
  readonly selected: ReadonlySet<number>;
  readonly onToggle: (id: number) => void;
  /** Row that the keyboard acts on, from 0; −1 for none. */
  readonly active: number;
  readonly onActivate: (index: number) => void;
  /** Whether something floats over the end of the page. */
  readonly isCovered: boolean;
  readonly ref: Ref<GridHandle>;
}

/** The table of all runs. Only the rows on the screen exist; their pages are read as they are scrolled to. */
export function RunGrid(props: RunGridProps) {
  const { pages, placed, width, selected, active } = props;
  const { total, baseline, need, runAt } = pages;
  const scroller = useRef<HTMLDivElement>(null);
  const above = ROW_HEIGHT * (baseline ? 2 : 1);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    initialRect: FIRST_SCREEN,
    scrollPaddingStart: above,
  });
  useImperativeHandle(
    props.ref,
    () => ({
      scrollTo: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
      focus: () => scroller.current?.focus(),
    }),
    [virtual],
  );
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => need(first, last), [need, first, last, pages.query, pages.pages]);

  const { onActivate } = props;
  const activate = useRef((rowIndex: number): void => onActivate(rowIndex - 2));
  useEffect(() => {
    activate.current = (rowIndex) => onActivate(rowIndex - 2);
  });
  const onRow = useRef((rowIndex: number): void => activate.current(rowIndex)).current;

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label="Runs"
      aria-rowcount={total + 1}
      aria-colcount={placed.length}
      aria-multiselectable="true"
      aria-activedescendant={active >= first && active <= last ? `run-row-${active}` : undefined}
      aria-busy={pages.pending}
      tabIndex={0}
      className={`relative min-h-48 ${props.isCovered ? 'max-h-[calc(100dvh-16rem)]' : 'max-h-[calc(100dvh-12rem)]'} overflow-auto rounded-md border border-line bg-surface transition-opacity ${pages.pending ? 'opacity-60' : ''}`}
    >
      <GridHeader
        placed={placed}
        width={width}
        sort={props.sort}
        direction={props.direction}
        onSort={props.onSort}
      />
      <div
        role="rowgroup"
        className="relative"
        style={{ width: `max(100%, ${width}px)`, height: total * ROW_HEIGHT + (baseline ? ROW_HEIGHT : 0) }}
      >
        {baseline ? (
          <GridRow
            id="run-row-baseline"
            rowIndex={1}
            run={baseline}
            placed={placed}
            width={width}
            isSelected={selected.has(baseline.id)}
            isActive={false}
            baseline={baseline}
            onToggle={props.onToggle}
          />
        ) : null}
        {items.map(({ index, start, key }) => {
          const run = runAt(index);
          return (
            <GridRow
              key={key}
              id={`run-row-${index}`}
              rowIndex={index + 2}
              run={run}
              placed={placed}
              width={width}
              top={start + (baseline ? ROW_HEIGHT : 0)}
              isSelected={run !== undefined && selected.has(run.id)}
              isActive={index === active}
              baseline={baseline}
              onToggle={props.onToggle}
              onActivate={onRow}
            />
          );
        })}
      </div>
    </div>
  );
}
