import type { SaeSubject } from '@sae-lab/db/reading';
import { PageLinks } from '../components/page-links.tsx';
import { latentsPath } from '../latents/latent-path.ts';
import { subjectPath } from './subject.ts';

export interface SaePagesProps {
  readonly subject: SaeSubject;
  readonly current?: 'Overview' | 'Latents' | 'Your own text' | 'Steering';
  /** The latent that the page is about: the pages of texts then begin with it. */
  readonly latent?: number;
}

/** Links between the pages of an SAE. */
export function SaePages({ subject, current, latent }: SaePagesProps) {
  const ofLatent = latent === undefined ? '' : `?latent=${latent}`;
  const path = subjectPath(subject);
  return (
    <PageLinks
      label={subject.runId === undefined ? 'Pages of the SAE' : 'Pages of the run'}
      pages={[
        { name: 'Overview', href: path },
        { name: 'Latents', href: latentsPath(subject) },
        { name: 'Your own text', href: `${path}/text${ofLatent}` },
        { name: 'Steering', href: `${path}/steer${ofLatent}` },
      ]}
      {...(current !== undefined && { current })}
    />
  );
}
