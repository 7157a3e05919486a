import { createLoader } from 'nuqs/server';
import { DatabaseProblem } from '../components/database-problem.tsx';
import { read } from '../database/read.ts';
import { SaePageHead } from '../saes/sae-page-head.tsx';
import type { SaePageProps } from '../saes/sae-route.tsx';
import { loadTextPage } from './load-text-page.ts';
import { Obstacle } from './obstacle.tsx';
import { TextView } from './text-view.tsx';
import { textState } from './view-state.ts';

const loadState = createLoader(textState);

/** What an SAE does on a text that the reader types. */
export async function TextPage({ heading, searchParams }: SaePageProps) {
  const state = await loadState(searchParams);
  const { data, problem } = await read((db) => loadTextPage(db, heading, state.with));
  if (problem) return <DatabaseProblem problem={problem} />;
  const { sae, other, others, obstacle } = data;
  return (
    <div className="grid grid-cols-1 gap-4">
      <SaePageHead heading={heading} title="Your own text" current="Your own text" />
      {obstacle === undefined ? (
        <TextView own={sae} other={other} others={others} />
      ) : (
        <Obstacle heading={heading} obstacle={obstacle} />
      )}
    </div>
  );
}
