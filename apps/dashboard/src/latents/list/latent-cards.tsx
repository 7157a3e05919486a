import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect } from 'react';
import { useWidth } from '../../charts/use-width.ts';
import { LatentCard } from './latent-card.tsx';
import type { LatentPages } from './use-latent-pages.ts';

const CARD = { height: 190, gap: 12, width: 440 };
const FIRST_SCREEN = { width: 1200, height: 640 };

/** A part of the page that scrolls, by the keyboard too. */
const SCROLLED = { role: 'region', 'aria-label': 'Latents', tabIndex: 0 };

interface LatentCardsProps {
  readonly pages: LatentPages;
  readonly pathOf: (latent: number) => string;
}

/** Latents with their top examples, as many next to each other as fit. */
export function LatentCards({ pages, pathOf }: LatentCardsProps) {
  const { total, need, rowAt } = pages;
  const [scroller, width] = useWidth<HTMLDivElement>(FIRST_SCREEN.width);
  const lanes = Math.max(1, Math.floor((width + CARD.gap) / CARD.width));
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: Math.ceil(total / lanes),
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD.height + CARD.gap,
    overscan: 2,
    initialRect: FIRST_SCREEN,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [(items[0]?.index ?? 0) * lanes, ((items.at(-1)?.index ?? 0) + 1) * lanes - 1];
  useEffect(() => {
    need(first, Math.min(last, total - 1));
  }, [need, first, last, total, width, pages.query]);
  return (
    <div
      ref={scroller}
      aria-busy={pages.pending}
      {...SCROLLED}
      className={`max-h-[max(26rem,calc(100dvh-12rem))] overflow-auto ${pages.pending ? 'opacity-60' : ''}`}
    >
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.flatMap(({ index, start }) =>
          Array.from({ length: lanes }, (_, lane) => index * lanes + lane)
            .filter((place) => place < total)
            .map((place) => ({ place, row: rowAt(place) }))
            .map(({ place, row }) => (
              <li
                key={place}
                className="absolute"
                style={{
                  top: start,
                  height: CARD.height,
                  left: `calc((100% + ${CARD.gap}px) / ${lanes} * ${place % lanes})`,
                  width: `calc((100% + ${CARD.gap}px) / ${lanes} - ${CARD.gap}px)`,
                }}
              >
                <LatentCard row={row} path={row === undefined ? '' : pathOf(row.latent)} />
              </li>
            )),
        )}
      </ul>
    </div>
  );
}
