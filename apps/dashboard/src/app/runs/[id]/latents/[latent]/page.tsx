import { LatentPage } from '../../../../../latents/one/latent-page.tsx';
import { loadRunHeading } from '../../../../../saes/load-heading.ts';
import { saeRoute } from '../../../../../saes/sae-route.tsx';
import { subjectName } from '../../../../../saes/subject.ts';

const { generateMetadata, Page } = saeRoute(
  loadRunHeading,
  ({ subject }, { latent }: { id: string; latent: string }) => `Latent ${latent} of ${subjectName(subject)}`,
  LatentPage,
);

export { generateMetadata };
export default Page;
