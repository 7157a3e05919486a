import { Card } from '@tremor/react';
import type { SweepWithCounts } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import Link from 'next/link';
import { exportedSweeps } from './exported-sweeps.ts';
import { SweepTable } from './sweep-table.tsx';

interface SweepListProps {
  readonly sweeps: readonly SweepWithCounts[];
  /** Shows the archived sweeps instead of the others. */
  readonly archived: boolean;
  /** Shows only sweeps with this tag. */
  readonly tag: string | undefined;
}

/** The sweeps that are not archived, or those that are, and what leads to the others. */
export function SweepList({ sweeps, archived, tag }: SweepListProps) {
  const part = sweeps.filter(({ archivedAt }) => (archivedAt !== null) === archived);
  const shown = part.filter(({ tags }) => tag === undefined || tags.includes(tag));
  const tags = [...new Set(part.flatMap((sweep) => sweep.tags))].toSorted();
  const others = sweeps.length - part.length;
  return (
    <>
      {tags.length > 0 || others > 0 || archived ? (
        <nav aria-label="Lists of sweeps" className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]">
          {tags.length === 0 ? null : (
            <Part href={hrefOf({ archived })} current={tag === undefined}>
              All
            </Part>
          )}
          {tags.map((name) => (
            <Part key={name} href={hrefOf({ archived, tag: name })} current={tag === name}>
              {name}
            </Part>
          ))}
          {archived || others > 0 ? (
            <Link
              href={hrefOf({ archived: !archived })}
              prefetch={false}
              className="text-accent hover:underline sm:ml-auto"
            >
              {archived ? 'Sweeps that are not archived' : `${integer(others)} archived`}
            </Link>
          ) : null}
        </nav>
      ) : null}
      {shown.length > 0 ? (
        <SweepTable sweeps={shown} exported={exportedSweeps({ sweeps: shown, archived, tag })} />
      ) : (
        <Card className="p-6 text-[13px] text-soft">
          {tag !== undefined
            ? `No sweep here has the tag “${tag}”.`
            : archived
              ? 'No sweep is archived. The page of a sweep archives it: that takes it off the start page.'
              : 'Every sweep is archived. The link above lists them.'}
        </Card>
      )}
    </>
  );
}

function Part({ href, current, children }: { href: string; current: boolean; children: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      aria-current={current ? 'page' : undefined}
      className={`max-w-60 truncate ${current ? 'font-medium' : 'text-soft hover:text-ink'}`}
    >
      {children}
    </Link>
  );
}

function hrefOf({ archived, tag }: { archived: boolean; tag?: string }): string {
  const query = new URLSearchParams({ ...(archived && { archived: '' }), ...(tag !== undefined && { tag }) });
  return query.size === 0 ? '/' : `/?${query}`;
}
