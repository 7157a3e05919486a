import Link from 'next/link';
import { notFound } from 'next/navigation';
import { DatabaseProblem } from '../../components/database-problem.tsx';
import { Message } from '../../components/message.tsx';
import { indexOf } from '../../database/id-of.ts';
import { read } from '../../database/read.ts';
import { SaePageHead } from '../../saes/sae-page-head.tsx';
import type { SaePageProps } from '../../saes/sae-route.tsx';
import { subjectPath } from '../../saes/subject.ts';
import { describedSae } from '../described-sae.ts';
import { latentPath, latentsPath } from '../latent-path.ts';
import { loadListState } from '../list/list-state.ts';
import { NoFeatures } from '../no-features.tsx';
import { probingCommand } from '../probing-command.ts';
import { LatentExport } from './latent-export.tsx';
import { LatentNav } from './latent-nav.tsx';
import { LatentView } from './latent-view.tsx';
import { loadLatent } from './load-latent.ts';

/** One latent of an SAE. */
export async function LatentPage({
  heading,
  params,
  searchParams,
}: SaePageProps<{ id: string; latent: string }>) {
  const { subject, captioned, width } = heading;
  const latent = indexOf((await params).latent);
  if (latent === undefined || latent >= width) notFound();
  const state = await loadListState(searchParams);
  const { data: found, problem } = await read(async (db) => {
    const described = await describedSae(db, subject, state.of);
    return described && { described, details: await loadLatent(db, described, latent, state) };
  });
  if (problem) return <DatabaseProblem problem={problem} />;
  if (found === undefined) return <NoFeatures heading={heading} />;
  const { details } = found;
  const listPath = latentsPath(subject, state);
  if (details === undefined) {
    return (
      <>
        <SaePageHead heading={heading} title={`Latent ${latent}`} listPath={listPath} latent={latent} />
        <Message title={`Latent ${latent} is not described`}>
          <p>
            The evaluation describes {found.described.shown.latents} of the {width} latents of this SAE. Its
            setting <code className="font-mono">latents</code> chooses them.
          </p>
        </Message>
      </>
    );
  }
  const stepTo = (index: number | null): string | undefined =>
    index === null ? undefined : latentPath(subject, index, state);
  const title = details.notes.find(({ kind }) => kind === 'label')?.text ?? details.explanations[0]?.label;
  return (
    <div className="grid grid-cols-1 gap-4">
      <SaePageHead
        heading={heading}
        listPath={listPath}
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
          href={`${subjectPath(subject)}/steer?latent=${latent}`}
          prefetch={false}
          className="text-[13px] text-accent hover:underline"
        >
          Steer with it
        </Link>
      </SaePageHead>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <LatentNav previous={stepTo(details.previous)} next={stepTo(details.next)} />
        <LatentExport details={details} sae={captioned} />
      </div>
      <LatentView details={details} sae={captioned} probingCommand={probingCommand(heading)} />
    </div>
  );
}
