import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { createLoader, type SearchParams } from 'nuqs/server';
import { DatabaseProblem } from '../../../../components/database-problem.tsx';
import { read } from '../../../../database/read.ts';
import { knownLatentsOf } from '../../../../own-text/known-latents.ts';
import { loadTextPage } from '../../../../own-text/load-text-page.ts';
import { SteerView } from '../../../../own-text/steering/steer-view.tsx';
import { Obstacle } from '../../../../own-text/obstacle.tsx';
import { steerState } from '../../../../own-text/view-state.ts';
import { AmbiguousRun } from '../../../../runs/ambiguous-run.tsx';
import { findRun } from '../../../../runs/find-run.ts';
import { RunPageHead } from '../../../../runs/run-page-head.tsx';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}

export const metadata: Metadata = { title: 'Steering' };

const loadState = createLoader(steerState);

export default async function SteerPage({ params, searchParams }: Props) {
  const { latent } = await loadState(searchParams);
  const { data, problem } = await read(async (db) => {
    const found = await findRun(db, (await params).id);
    if (!found || !('id' in found)) return found;
    const page = await loadTextPage(db, found.id, null);
    const known = await knownLatentsOf(db, found.id, [latent]);
    return page && { page, known: known[latent] };
  });
  if (problem) return <DatabaseProblem problem={problem} />;
  if (!data) notFound();
  if ('candidates' in data) return <AmbiguousRun {...data} />;
  const { page, known } = data;
  return (
    <div className="grid grid-cols-1 gap-4">
      <RunPageHead
        title="Steering"
        current="Steering"
        run={page.run}
        label={page.run.label}
        sweeps={page.sweeps}
        isFinished={page.obstacle !== 'unfinished'}
      />
      {page.obstacle === undefined ? <SteerView run={page.run} known={known} /> : <Obstacle page={page} />}
    </div>
  );
}
