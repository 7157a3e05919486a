import { PageLinks } from '../components/page-links.tsx';
import { latentsPath } from '../latents/latent-path.ts';

export interface RunPagesProps {
  readonly runId: number;
  readonly current?: 'Overview' | 'Latents' | 'Your own text' | 'Steering';
  /** The latent that the page is about: the pages of texts then begin with it. */
  readonly latent?: number;
}

/** Links between the pages of a finished run. */
export function RunPages({ runId, current, latent }: RunPagesProps) {
  const ofLatent = latent === undefined ? '' : `?latent=${latent}`;
  return (
    <PageLinks
      label="Pages of the run"
      pages={[
        { name: 'Overview', href: `/runs/${runId}` },
        { name: 'Latents', href: latentsPath(runId) },
        { name: 'Your own text', href: `/runs/${runId}/text${ofLatent}` },
        { name: 'Steering', href: `/runs/${runId}/steer${ofLatent}` },
      ]}
      {...(current !== undefined && { current })}
    />
  );
}
