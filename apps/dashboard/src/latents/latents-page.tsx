import { isExplained } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { DatabaseProblem } from '../components/database-problem.tsx';
import { read } from '../database/read.ts';
import { SaePageHead } from '../saes/sae-page-head.tsx';
import type { SaePageProps } from '../saes/sae-route.tsx';
import { describedSae } from './described-sae.ts';
import { LatentsView } from './list/latents-view.tsx';
import { loadListState } from './list/list-state.ts';
import { loadList } from './list/load-list.ts';
import { NoFeatures } from './no-features.tsx';
import { probingCommand } from './probing-command.ts';

/** All latents of an SAE. */
export async function LatentsPage({ heading, searchParams }: SaePageProps) {
  const state = await loadListState(searchParams);
  const { data: found, problem } = await read(async (db) => {
    const described = await describedSae(db, heading.subject, state.of);
    if (described === undefined) return { described };
    const [first, explained] = await Promise.all([
      loadList(db, described, state),
      isExplained(db, described.shown.id),
    ]);
    return { described, first, explained };
  });
  if (problem) return <DatabaseProblem problem={problem} />;
  if (found.described === undefined) return <NoFeatures heading={heading} />;
  const { shown, evaluations } = found.described;
  return (
    <div className="grid grid-cols-1 gap-4">
      <SaePageHead heading={heading} title="Latents" current="Latents">
        <span className="text-[13px] text-soft">
          described on {integer(shown.tokens)} tokens of {integer(shown.documents)} documents
        </span>
      </SaePageHead>
      <LatentsView
        sae={heading.captioned}
        evaluations={evaluations}
        shown={shown.id}
        isExplained={found.explained}
        probingCommand={found.described.sae.probingId === null ? probingCommand(heading) : undefined}
        first={found.first}
      />
    </div>
  );
}
