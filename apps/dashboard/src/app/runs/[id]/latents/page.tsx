import { isExplained } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { DatabaseProblem } from '../../../../components/database-problem.tsx';
import { read } from '../../../../database/read.ts';
import { describedSae } from '../../../../latents/described-sae.ts';
import { LatentsView } from '../../../../latents/list/latents-view.tsx';
import { loadListState } from '../../../../latents/list/list-state.ts';
import { loadList } from '../../../../latents/list/load-list.ts';
import { probingCommand } from '../../../../latents/probing-command.ts';
import { loadHeading } from '../../../../latents/load-heading.ts';
import { NoFeatures } from '../../../../latents/no-features.tsx';
import { AmbiguousRun } from '../../../../runs/ambiguous-run.tsx';
import { RunPageHead } from '../../../../runs/run-page-head.tsx';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Cached per request, since the title needs it too. */
const load = cache((segment: string) => read((db) => loadHeading(db, segment)));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = await load((await params).id);
  return { title: data && 'run' in data ? `Latents of run ${data.run.id}` : 'Latents' };
}

export default async function LatentsPage({ params, searchParams }: Props) {
  const { data: heading, problem } = await load((await params).id);
  if (problem) return <DatabaseProblem problem={problem} />;
  if (!heading) notFound();
  if ('candidates' in heading) return <AmbiguousRun {...heading} />;
  const state = await loadListState(searchParams);
  const { data: found, problem: unread } = await read(async (db) => {
    const described = await describedSae(db, heading.run.id, state.of);
    if (described === undefined) return { described };
    const [first, explained] = await Promise.all([
      loadList(db, described, state),
      isExplained(db, described.shown.id),
    ]);
    return { described, first, explained };
  });
  if (unread) return <DatabaseProblem problem={unread} />;
  if (found.described === undefined) return <NoFeatures {...heading} />;
  const { shown, evaluations } = found.described;
  return (
    <div className="grid grid-cols-1 gap-4">
      <RunPageHead {...heading} title="Latents" current="Latents">
        <span className="text-[13px] text-soft">
          described on {integer(shown.tokens)} tokens of {integer(shown.documents)} documents
        </span>
      </RunPageHead>
      <LatentsView
        run={heading.captioned}
        evaluations={evaluations}
        shown={shown.id}
        isExplained={found.explained}
        probingCommand={found.described.sae.probingId === null ? probingCommand(heading.sweeps) : undefined}
        first={found.first}
      />
    </div>
  );
}
