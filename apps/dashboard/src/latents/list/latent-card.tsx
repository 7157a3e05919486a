import Link from 'next/link';
import { Snippet } from '../text/snippet.tsx';
import { TokenChips } from '../text/token-chips.tsx';
import { numberText } from './latent-columns.ts';
import type { LatentItem } from './load-list.ts';

/** A latent with what it fires on and what it raises. */
export function LatentCard({
  row,
  path,
}: {
  /** Undefined until it has been read. */
  readonly row: LatentItem | undefined;
  readonly path: string;
}) {
  return (
    <article className="grid h-full grid-cols-1 content-start gap-1.5 overflow-hidden rounded-md border border-line bg-surface p-3 text-[13px]">
      {row === undefined ? (
        <span className="inline-block h-2 w-2/3 rounded bg-sunken" />
      ) : (
        <>
          <div className="flex items-baseline gap-x-3">
            <h3 className="min-w-0 truncate">
              <Link href={path} prefetch={false} className="font-medium text-accent hover:underline">
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
            <TokenChips tokens={row.raised} />
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
