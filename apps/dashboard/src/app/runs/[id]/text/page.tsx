import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { createLoader, type SearchParams } from 'nuqs/server';
import { DatabaseProblem } from '../../../../components/database-problem.tsx';
import { read } from '../../../../database/read.ts';
import { loadTextPage } from '../../../../own-text/load-text-page.ts';
import { Obstacle } from '../../../../own-text/obstacle.tsx';
import { TextView } from '../../../../own-text/text-view.tsx';
import { textState } from '../../../../own-text/view-state.ts';
import { AmbiguousRun } from '../../../../runs/ambiguous-run.tsx';
import { findRun } from '../../../../runs/find-run.ts';
import { RunPageHead } from '../../../../runs/run-page-head.tsx';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}

export const metadata: Metadata = { title: 'Your own text' };

const loadState = createLoader(textState);

export default async function TextPage({ params, searchParams }: Props) {
  const state = await loadState(searchParams);
  const { data, problem } = await read(async (db) => {
    const found = await findRun(db, (await params).id);
    return found && 'id' in found ? loadTextPage(db, found.id, state.with) : found;
  });
  if (problem) return <DatabaseProblem problem={problem} />;
  if (!data) notFound();
  if ('candidates' in data) return <AmbiguousRun {...data} />;
  return (
    <div className="grid grid-cols-1 gap-4">
      <RunPageHead
        title="Your own text"
        current="Your own text"
        run={data.run}
        label={data.run.label}
        sweeps={data.sweeps}
        isFinished={data.obstacle !== 'unfinished'}
      />
      {data.obstacle === undefined ? (
        <TextView run={data.run} other={data.other} others={data.others} />
      ) : (
        <Obstacle page={data} />
      )}
    </div>
  );
}
