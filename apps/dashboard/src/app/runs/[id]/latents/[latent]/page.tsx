import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { DatabaseProblem } from '../../../../../components/database-problem.tsx';
import { Message } from '../../../../../components/message.tsx';
import { indexOf } from '../../../../../database/id-of.ts';
import { read } from '../../../../../database/read.ts';
import { describedSae } from '../../../../../latents/described-sae.ts';
import { latentPath, latentsPath } from '../../../../../latents/latent-path.ts';
import { loadListState } from '../../../../../latents/list/list-state.ts';
import { probingCommand } from '../../../../../latents/probing-command.ts';
import { loadHeading } from '../../../../../latents/load-heading.ts';
import { NoFeatures } from '../../../../../latents/no-features.tsx';
import { LatentExport } from '../../../../../latents/one/latent-export.tsx';
import { LatentNav } from '../../../../../latents/one/latent-nav.tsx';
import { LatentView } from '../../../../../latents/one/latent-view.tsx';
import { loadLatent } from '../../../../../latents/one/load-latent.ts';
import { AmbiguousRun } from '../../../../../runs/ambiguous-run.tsx';
import { RunPageHead } from '../../../../../runs/run-page-head.tsx';

interface Props {
  params: Promise<{ id: string; latent: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

function addressed({ id, latent }: Awaited<Props['params']>): { id: string; latent: number | undefined } {
  return { id, latent: indexOf(latent) };
}

/** Cached per request, since the title needs it too. */
const load = cache((segment: string) => read((db) => loadHeading(db, segment)));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id, latent } = addressed(await params);
  const { data } = await load(id);
  return { title: data && 'run' in data ? `Latent ${latent} of run ${data.run.id}` : 'Latent' };
}

export default async function LatentPage({ params, searchParams }: Props) {
  const { id, latent } = addressed(await params);
  const { data: heading, problem } = await load(id);
  if (problem) return <DatabaseProblem problem={problem} />;
  if (!heading || latent === undefined) notFound();
  if ('candidates' in heading) return <AmbiguousRun {...heading} />;
  const { run, captioned } = heading;
  if (latent >= run.width) notFound();
  const state = await loadListState(searchParams);
  const { data: found, problem: unread } = await read(async (db) => {
    const described = await describedSae(db, run.id, state.of);
    return described && { described, details: await loadLatent(db, described, latent, state) };
  });
  if (unread) return <DatabaseProblem problem={unread} />;
  if (found === undefined) return <NoFeatures {...heading} />;
  const { details } = found;
  if (details === undefined) {
    return (
      <>
        <RunPageHead
          {...heading}
          title={`Latent ${latent}`}
          listPath={latentsPath(run.id, state)}
          latent={latent}
        />
        <Message title={`Latent ${latent} is not described`}>
          <p>
            The evaluation describes {found.described.shown.latents} of the {run.width} latents of this SAE.
            Its setting <code className="font-mono">latents</code> chooses them.
          </p>
        </Message>
      </>
    );
  }
  const stepTo = (index: number | null): string | undefined =>
    index === null ? undefined : latentPath(run.id, index, state);
  const title = details.notes.find(({ kind }) => kind === 'label')?.text ?? details.explanations[0]?.label;
  return (
    <div className="grid grid-cols-1 gap-4">
      <RunPageHead
        {...heading}
        listPath={latentsPath(run.id, state)}
        latent={latent}
        title={
          <>
            Latent {latent}
            {title === undefined ? null : (
              <>
                {': '}
                <bdi className="wrap-anywhere">{title}</bdi>
              </>
            )}
          </>
        }
      >
        <Link
          href={`/runs/${run.id}/steer?latent=${latent}`}
          prefetch={false}
          className="text-[13px] text-accent hover:underline"
        >
          Steer with it
        </Link>
      </RunPageHead>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <LatentNav previous={stepTo(details.previous)} next={stepTo(details.next)} />
        <LatentExport details={details} run={captioned} />
      </div>
      <LatentView details={details} run={captioned} probingCommand={probingCommand(heading.sweeps)} />
    </div>
  );
}
