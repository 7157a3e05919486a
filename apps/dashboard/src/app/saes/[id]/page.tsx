import { loadSaeHeading } from '../../../saes/load-heading.ts';
import { SaePage } from '../../../saes/sae-page.tsx';
import { saeRoute } from '../../../saes/sae-route.tsx';
import { subjectName } from '../../../saes/subject.ts';

const { generateMetadata, Page } = saeRoute(
  loadSaeHeading,
  ({ label, subject }) => `${label}, ${subjectName(subject)}`,
  SaePage,
);

export { generateMetadata };
export default Page;
