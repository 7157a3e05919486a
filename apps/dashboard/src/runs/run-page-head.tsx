import type { ReactNode } from 'react';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { sweepTrail } from '../sweeps/sweep-trail.ts';
import { RunPages, type RunPagesProps } from './run-pages.tsx';

interface RunPageHeadProps {
  readonly run: {
    readonly id: number;
    readonly hook: string;
    readonly width: number;
    readonly seed: number;
  };
  /** E.g. `topk k=32`. */
  readonly label: string;
  readonly sweeps: readonly { readonly id: number; readonly name: string }[];
  readonly title: ReactNode;
  readonly isFinished: boolean;
  /** Which of the run's pages it is; absent for one below them. */
  readonly current?: RunPagesProps['current'];
  /** The latent that the page is about. */
  readonly latent?: number;
  /** Links to the list from the page of a latent. */
  readonly listPath?: string;
  readonly children?: ReactNode;
}

/** The top of the pages about the SAE of a run: where they are, and of which SAE. */
export function RunPageHead({
  run,
  label,
  sweeps,
  title,
  isFinished,
  current,
  latent,
  listPath,
  children,
}: RunPageHeadProps) {
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
      {isFinished ? (
        <RunPages
          runId={run.id}
          {...(current !== undefined && { current })}
          {...(latent !== undefined && { latent })}
        />
      ) : null}
    </div>
  );
}
