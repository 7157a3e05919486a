import { LatentsPage } from '../../../../latents/latents-page.tsx';
import { loadSaeHeading } from '../../../../saes/load-heading.ts';
import { saeRoute } from '../../../../saes/sae-route.tsx';
import { subjectName } from '../../../../saes/subject.ts';

const { generateMetadata, Page } = saeRoute(
  loadSaeHeading,
  ({ subject }) => `Latents of ${subjectName(subject)}`,
  LatentsPage,
);

export { generateMetadata };
export default Page;
