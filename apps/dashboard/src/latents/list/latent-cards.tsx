import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { useEffect } from 'react';
import { useWidth } from '../../charts/use-width.ts';
import { Snippet } from '../text/snippet.tsx';
import { numberText } from './latent-columns.ts';
import { TokensCell } from './latent-grid.tsx';
import type { LatentItem } from './load-list.ts';
import type { LatentPages } from './use-latent-pages.ts';

const CARD = { height: 190, gap: 12, width: 440 };
const FIRST_SCREEN = { width: 1200, height: 640 };

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
      role="region"
      aria-label="Latents"
      aria-busy={pages.pending}
      tabIndex={0}
      className={`max-h-[max(26rem,calc(100dvh-12rem))] overflow-auto ${pages.pending ? 'opacity-60' : ''}`}
    >
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.flatMap(({ index, start }) =>
          Array.from({ length: lanes }, (_, lane) => index * lanes + lane)
            .filter((place) => place < total)
            .map((place) => (
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
                <LatentCard row={rowAt(place)} pathOf={pathOf} />
              </li>
            )),
        )}
      </ul>
    </div>
  );
}

/** A latent with what it fires on and what it raises. */
export function LatentCard({
  row,
  pathOf,
}: {
  readonly row: LatentItem | undefined;
  readonly pathOf: (latent: number) => string;
}) {
  return (
    <article className="grid h-full grid-cols-1 content-start gap-1.5 overflow-hidden rounded-md border border-line bg-surface p-3 text-[13px]">
      {row === undefined ? (
        <span className="inline-block h-2 w-2/3 rounded bg-sunken" />
      ) : (
        <>
          <div className="flex items-baseline gap-x-3">
            <h3 className="min-w-0 truncate">
              <Link
                href={pathOf(row.latent)}
                prefetch={false}
                className="font-medium text-accent hover:underline"
              >
                {row.latent}
              </Link>{' '}
              {row.label === null ? null : (
                <span dir="auto" className={row.isByPerson ? 'font-medium' : 'italic'}>
                  {row.label}
                </span>
              )}
            </h3>
            <span className="ml-auto text-xs whitespace-nowrap text-soft tabular-nums">
              density {numberText(row, 'density')}, max {numberText(row, 'max_activation')}
            </span>
          </div>
          <div className="truncate leading-6">
            <TokensCell tokens={row.raised} />
          </div>
          {row.examples.length === 0 ? (
            <p className="text-soft">It never fired on the evaluated tokens.</p>
          ) : (
            <ol className="grid grid-cols-1 gap-1">
              {row.examples.map((example, index) => (
                <li key={index} className="truncate leading-7">
                  <Snippet example={example} largest={row.maxActivation} />
                </li>
              ))}
            </ol>
          )}
        </>
      )}
    </article>
  );
}
