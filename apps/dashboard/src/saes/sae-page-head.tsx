import type { ReactNode } from 'react';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import type { SaeHeading } from './sae-heading.ts';
import { SaePages, type SaePagesProps } from './sae-pages.tsx';
import { subjectName, subjectPath } from './subject.ts';

interface SaePageHeadProps {
  readonly heading: SaeHeading;
  readonly title: ReactNode;
  /** Which of the SAE's pages it is; absent for one below them. */
  readonly current?: SaePagesProps['current'];
  /** The latent that the page is about. */
  readonly latent?: number;
  /** Links to the list from the page of a latent. */
  readonly listPath?: string;
  readonly children?: ReactNode;
}

/** The top of the pages about an SAE: where they are, and of which SAE. */
export function SaePageHead({ heading, title, current, latent, listPath, children }: SaePageHeadProps) {
  const { subject, label, hook, width, seed, status, trail } = heading;
  return (
    <div>
      <Breadcrumbs
        trail={[
          ...trail,
          { name: `${label}, ${subjectName(subject)}`, href: subjectPath(subject) },
          ...(listPath === undefined ? [] : [{ name: 'Latents', href: listPath }]),
        ]}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {children}
        <span className="min-w-0 text-[13px] text-soft wrap-anywhere sm:ml-auto">
          {hook}, width {width}
          {seed === null ? null : <>, seed {seed}</>}
        </span>
      </div>
      {status === 'finished' ? (
        <SaePages
          subject={subject}
          {...(current !== undefined && { current })}
          {...(latent !== undefined && { latent })}
        />
      ) : null}
    </div>
  );
}
