import type { Metadata } from 'next';
import { connection } from 'next/server';
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from 'nuqs/server';
import Link from 'next/link';
import { tablePath } from '../../all-runs/query-of.ts';
import { Breadcrumbs } from '../../components/breadcrumbs.tsx';
import { PageLinks } from '../../components/page-links.tsx';
import { DatabaseProblem } from '../../components/database-problem.tsx';
import { CompareProblem } from '../../compare/compare-problem.tsx';
import type { CompareRow } from '../../compare/compare-row.ts';
import { CompareView } from '../../compare/compare-view.tsx';
import { loadCompare } from '../../compare/load-compare.ts';
import { VIEWS } from '../../compare/views.ts';
import { read } from '../../database/read.ts';
import { LiveRefresh } from '../../live/live-refresh.tsx';
import { sweepPages } from '../../sweeps/sweep-pages.ts';
import { unpack } from '../../sweeps/pack.ts';

export const metadata: Metadata = { title: 'Compare runs' };

/** The part of the address that decides what is read. */
const requested = createLoader({
  runs: parseAsString,
  sweep: parseAsString,
  filter: parseAsString,
  view: parseAsStringLiteral(VIEWS).withDefault('matched'),
  histogram: parseAsString,
});

export default async function ComparePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await connection();
  const { runs, sweep, filter, view, histogram } = await requested(searchParams);
  const { data: loaded, problem } = await read((db) =>
    loadCompare(db, {
      runs: runs ?? undefined,
      sweep: sweep ?? undefined,
      filter: filter ?? undefined,
      view,
      histogram: histogram ?? undefined,
    }),
  );
  if (problem) return <DatabaseProblem problem={problem} />;
  if (loaded.kind !== 'data') return <CompareProblem loaded={loaded} />;
  const { data } = loaded;
  const pair = pairOf(unpack<CompareRow>(data.rows));
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <Breadcrumbs
          trail={
            data.sweep === undefined
              ? [{ name: 'Runs', href: '/runs' }]
              : [
                  { name: 'Sweeps', href: '/' },
                  { name: data.sweep.name, href: `/sweeps/${data.sweep.id}` },
                ]
          }
        />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight">Compare runs</h1>
          {data.sweep === undefined ? null : (
            <LiveRefresh of={`sweep/${data.sweep.id}`} version={data.sweep.version} running={data.running} />
          )}
        </div>
        <PageLinks
          label="Pages of these runs"
          pages={data.sweep === undefined ? [] : sweepPages(data.sweep.id)}
          current="Compare runs"
        >
          <Link
            href={tablePath({ filter: data.filter, all: true })}
            prefetch={false}
            className="text-accent hover:underline"
          >
            Select runs in the table
          </Link>
          {pair === undefined ? null : (
            <Link
              href={`/compare/saes?a=${pair[0].id}&b=${pair[1].id}`}
              prefetch={false}
              className="text-accent hover:underline"
            >
              Match their latents
            </Link>
          )}
        </PageLinks>
      </div>
      {data.unread.length > 0 ? (
        <p className="text-[13px] text-soft">
          Not an id or a hash, and left out: {data.unread.slice(0, 3).join(', ')}
        </p>
      ) : null}
      <CompareView data={data} />
    </div>
  );
}

/** Two runs of one hook, whose latents can be matched. */
function pairOf(rows: readonly CompareRow[]): readonly [CompareRow, CompareRow] | undefined {
  const [one, other, ...rest] = rows;
  if (one === undefined || other === undefined || rest.length > 0 || one.hook !== other.hook)
    return undefined;
  return [one, other];
}
