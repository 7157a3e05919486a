import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import { ScrollFade } from '../../components/scroll-fade.tsx';
import { useOverflow } from '../../components/use-overflow.ts';
import type { LatentColumn } from './latent-columns.ts';
import { LatentRow, ROW_HEIGHT } from './latent-row.tsx';
import type { ListState } from './list-state.ts';
import type { LatentPages } from './use-latent-pages.ts';

export interface GridHandle {
  readonly scrollTo: (index: number) => void;
  readonly toTop: () => void;
}

interface LatentGridProps {
  readonly pages: LatentPages;
  readonly columns: readonly LatentColumn[];
  readonly sort: ListState['sort'];
  readonly direction: ListState['dir'];
  readonly onSort: (column: LatentColumn) => void;
  readonly pathOf: (latent: number) => string;
  /** Row that the keyboard acts on; −1 for none. */
  readonly active: number;
  readonly onActivate: (index: number) => void;
  readonly ref: Ref<GridHandle>;
}

const OVERSCAN = 6;
/** What the server assumes of the screen. */
const FIRST_SCREEN = { width: 1200, height: 640 };

/** The list of latents. Only the rows on the screen exist; their pages are read as they are scrolled to. */
export function LatentGrid(props: LatentGridProps) {
  const { pages, columns, active, pathOf } = props;
  const { total, need, rowAt } = pages;
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    initialRect: FIRST_SCREEN,
    scrollPaddingStart: ROW_HEIGHT,
  });
  useImperativeHandle(
    props.ref,
    () => ({
      scrollTo: (index) => {
        virtual.scrollToIndex(index, { align: 'auto' });
        scroller.current?.focus({ preventScroll: true });
      },
      toTop: () => scroller.current?.scrollTo({ top: 0 }),
    }),
    [virtual],
  );
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => need(first, last), [need, first, last, pages.query]);
  const { more } = useOverflow(scroller);
  const template = columns.map(({ width }) => width).join(' ');
  return (
    <div className="relative">
      <div
        ref={scroller}
        role="grid"
        aria-label="Latents"
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        aria-activedescendant={active >= first && active <= last ? `latent-row-${active}` : undefined}
        aria-busy={pages.pending}
        tabIndex={0}
        className={`max-h-[max(22rem,calc(100dvh-12rem))] overflow-auto rounded-md border border-line bg-surface transition-opacity ${pages.pending ? 'opacity-60' : ''}`}
      >
        <div className="min-w-[72rem]">
          <div
            role="row"
            aria-rowindex={1}
            className="sticky top-0 z-10 grid border-b border-line bg-surface"
            style={{ gridTemplateColumns: template, height: ROW_HEIGHT }}
          >
            {columns.map((column) => {
              const { key, label, meaning, numeric } = column;
              const isSorted = props.sort === key;
              return (
                <div
                  key={key}
                  role="columnheader"
                  aria-sort={isSorted ? (props.direction === 'asc' ? 'ascending' : 'descending') : 'none'}
                  className={`flex min-w-0 items-center px-3 ${numeric ? 'justify-end' : ''}`}
                >
                  <button
                    type="button"
                    title={meaning}
                    onClick={() => props.onSort(column)}
                    className={`truncate text-xs hover:text-ink ${isSorted ? 'font-semibold text-ink' : 'font-medium text-soft'}`}
                  >
                    {label}
                    {isSorted ? (
                      <span aria-hidden="true">{props.direction === 'asc' ? ' ↑' : ' ↓'}</span>
                    ) : null}
                  </button>
                </div>
              );
            })}
          </div>
          <div role="rowgroup" className="relative" style={{ height: total * ROW_HEIGHT }}>
            {items.map(({ index, start }) => (
              <LatentRow
                key={index}
                index={index}
                row={rowAt(index)}
                columns={columns}
                template={template}
                top={start}
                isActive={index === active}
                pathOf={pathOf}
                onActivate={props.onActivate}
              />
            ))}
          </div>
        </div>
      </div>
      <ScrollFade shown={more} />
    </div>
  );
}
