import { createLoader } from 'nuqs/server';
import { DatabaseProblem } from '../../components/database-problem.tsx';
import { read } from '../../database/read.ts';
import { SaePageHead } from '../../saes/sae-page-head.tsx';
import type { SaePageProps } from '../../saes/sae-route.tsx';
import { knownLatentsOf } from '../known-latents.ts';
import { loadTextPage } from '../load-text-page.ts';
import { Obstacle } from '../obstacle.tsx';
import { steerState } from '../view-state.ts';
import { SteerView } from './steer-view.tsx';

const loadState = createLoader(steerState);

/** What a model does with a latent of an SAE added or ablated. */
export async function SteerPage({ heading, searchParams }: SaePageProps) {
  const { latent } = await loadState(searchParams);
  const { data, problem } = await read(async (db) => ({
    page: await loadTextPage(db, heading, null),
    known: (await knownLatentsOf(db, heading.subject, [latent]))[latent],
  }));
  if (problem) return <DatabaseProblem problem={problem} />;
  const { page, known } = data;
  return (
    <div className="grid grid-cols-1 gap-4">
      <SaePageHead heading={heading} title="Steering" current="Steering" />
      {page.obstacle === undefined ? (
        <SteerView own={page.sae} known={known} />
      ) : (
        <Obstacle heading={heading} obstacle={page.obstacle} />
      )}
    </div>
  );
}
