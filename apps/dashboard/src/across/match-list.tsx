'use client';

import type { SaeSubject } from '@sae-lab/db/reading';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { LatentGlance } from './latent-glance.tsx';
import type { ListRow } from './load-list.ts';
import { cosineText, densityText, shareText } from './numbers.ts';

interface Side {
  readonly name: 'A' | 'B';
  readonly subject: SaeSubject;
}

interface MatchListProps {
  readonly label: string;
  readonly rows: readonly ListRow[];
  /** Of the whole list. */
  readonly total: number;
  readonly own: Side;
  readonly other: Side;
  readonly pending: boolean;
  /** Called when the reader nears the end of the rows. */
  readonly onMore: () => void;
}

const ROW = 64;
const OVERSCAN = 8;
/** What the server assumes of the screen. */
const FIRST_SCREEN = { width: 1200, height: 700 };
const COLUMNS = 'grid grid-cols-1 gap-x-6 gap-y-2 md:grid-cols-2';

/** Latents of one SAE next to those of the other. Only rows near the screen are drawn. */
export function MatchList({ label, rows, total, own, other, pending, onMore }: MatchListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    initialRect: FIRST_SCREEN,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 1 - OVERSCAN) onMore();
  }, [last, rows.length, onMore]);
  return (
    <div
      ref={scroller}
      role="table"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-busy={pending}
      className={`max-h-[70dvh] overflow-auto rounded-md border border-line transition-opacity ${pending ? 'opacity-60' : ''}`}
    >
      <div
        role="rowgroup"
        className="sticky top-0 z-10 border-b border-line bg-surface px-3 py-1.5 max-md:hidden"
      >
        <div role="row" className={COLUMNS}>
          <span role="columnheader" className="text-xs font-medium text-soft">
            Latent of {own.name}
          </span>
          <span role="columnheader" className="text-xs font-medium text-soft">
            Latent of {other.name}
          </span>
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const row = rows[index]!;
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              role="row"
              aria-rowindex={index + 2}
              className={`absolute inset-x-0 top-0 border-b border-line px-3 py-2 ${COLUMNS}`}
              style={{ transform: `translateY(${start}px)` }}
            >
              <div role="cell" className="min-w-0">
                <LatentGlance side={own.name} subject={own.subject} shown={row.own}>
                  <span className="text-xs text-soft tabular-nums">density {densityText(row.density)}</span>
                </LatentGlance>
              </div>
              <div role="cell" className="grid min-w-0 gap-2">
                {row.matches.map(({ shown, cosine, together, density }) => (
                  <LatentGlance key={shown.latent} side={other.name} subject={other.subject} shown={shown}>
                    <span className="text-xs font-medium tabular-nums">cosine {cosineText(cosine)}</span>
                    <span className="text-xs text-soft tabular-nums">density {densityText(density)}</span>
                    {together === null ? null : (
                      <span className="text-xs text-soft tabular-nums">together {shareText(together)}</span>
                    )}
                  </LatentGlance>
                ))}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
