'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react';
import type { ColorScale } from './color-scale.ts';
import { ScrollFade } from '../components/scroll-fade.tsx';
import { useOverflow } from '../components/use-overflow.ts';
import { GridHeader, type ColumnActions } from './grid-header.tsx';
import { GridRow, ROW_HEIGHT } from './grid-row.tsx';
import type { Selection } from './use-selection.ts';
import type { LoadedRow, RunPages } from './use-run-pages.ts';

/** Rows above and below the screen that are drawn, too. */
const OVERSCAN = 6;
/** What the server assumes of the screen. */
const FIRST_SCREEN = { width: 1200, height: 800 };

export interface GridHandle {
  readonly scrollTo: (index: number) => void;
  readonly focus: () => void;
}

interface RunGridProps extends ColumnActions {
  readonly pages: RunPages;
  readonly selection: Selection;
  readonly scale: ColorScale | undefined;
  /** Groups that show their members. */
  readonly open: readonly number[];
  readonly onOpen: (group: number) => void;
  /** Row that the keyboard acts on, from 0; −1 for none. */
  readonly active: number;
  readonly onActivate: (index: number) => void;
  /** Whether something floats over the end of the page. */
  readonly isCovered: boolean;
  readonly ref: Ref<GridHandle>;
}

/** The table of all runs. Only the rows on the screen exist; their pages are read as they are scrolled to. */
export function RunGrid(props: RunGridProps) {
  const { pages, placed, width, selection, active, scale, open } = props;
  const { total, runs, baseline, need, rowAt } = pages;
  const isGrouped = pages.groups !== null;
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

  // Rows are drawn again only if something that they show changes, hence the same functions on every render.
  const actions = useRef({ onActivate: props.onActivate, toggle: selection.toggle, onOpen: props.onOpen });
  useEffect(() => {
    actions.current = { onActivate: props.onActivate, toggle: selection.toggle, onOpen: props.onOpen };
  });
  const [{ onRow, onToggle, onOpen }] = useState(() => ({
    onRow: (rowIndex: number) => actions.current.onActivate(rowIndex - 2),
    onToggle: (rowIndex: number, toHere: boolean) => actions.current.toggle(rowIndex - 2, toHere),
    onOpen: (group: number) => actions.current.onOpen(group),
  }));

  const { more } = useOverflow(scroller);
  return (
    <div className="relative">
      <div
        ref={scroller}
        role={isGrouped ? 'treegrid' : 'grid'}
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
          onMove={props.onMove}
          onStep={props.onStep}
          onHide={props.onHide}
          selected={selection.count === 0 ? 'none' : selection.count === runs ? 'all' : 'some'}
          onToggleAll={selection.toggleAll}
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
              row={baseline}
              placed={placed}
              width={width}
              isSelected={selection.has(baseline.id)}
              isActive={false}
              baseline={baseline}
              scale={scale}
              isOpen={isGrouped ? false : undefined}
              onToggle={() => selection.toggleRun(baseline.id)}
            />
          ) : null}
          {items.map(({ index, start, key }) => {
            const row = rowAt(index);
            return (
              <GridRow
                key={key}
                id={`run-row-${index}`}
                rowIndex={index + 2}
                row={row}
                placed={placed}
                width={width}
                top={start + (baseline ? ROW_HEIGHT : 0)}
                isSelected={row !== undefined && isSelected(row, selection)}
                isActive={index === active}
                baseline={baseline}
                scale={scale}
                isOpen={
                  isGrouped ? row !== undefined && 'group' in row && open.includes(row.group) : undefined
                }
                onToggle={onToggle}
                onActivate={onRow}
                onOpen={onOpen}
              />
            );
          })}
        </div>
      </div>
      <ScrollFade shown={more} />
    </div>
  );
}

/** A group is selected if all its runs are. */
function isSelected(row: LoadedRow, { has, isAll, count }: Selection): boolean {
  if ('id' in row) return has(row.id);
  return row.members === null ? isAll && count > 0 : row.members.every(has);
}
