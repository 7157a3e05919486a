import type { ReactNode } from 'react';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { RunPages } from '../runs/run-pages.tsx';
import { sweepTrail } from '../sweeps/sweep-trail.ts';
import type { RunHeading } from './load-heading.ts';

interface LatentsHeadingProps extends RunHeading {
  readonly title: ReactNode;
  /** Links to the list from the page of a latent. */
  readonly listPath?: string;
  /** The latent that the page is about. */
  readonly latent?: number;
  readonly children?: ReactNode;
}

/** The top of the pages of latents: where they are, and of which SAE. */
export function LatentsHeading({
  run,
  label,
  sweeps,
  title,
  listPath,
  latent,
  children,
}: LatentsHeadingProps) {
  return (
    <div>
      <Breadcrumbs
        trail={[
          ...sweepTrail(sweeps),
          { name: `${label}, run ${run.id}`, href: `/runs/${run.id}` },
          ...(listPath === undefined ? [] : [{ name: 'Latents', href: listPath }]),
        ]}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {children}
        <span className="text-[13px] text-soft sm:ml-auto">
          {run.hook}, width {run.width}, seed {run.seed}
        </span>
      </div>
      {run.status === 'finished' ? (
        <RunPages runId={run.id} {...(latent === undefined ? { current: 'Latents' } : { latent })} />
      ) : null}
    </div>
  );
}
