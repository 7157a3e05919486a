import { TextPage } from '../../../../own-text/text-page.tsx';
import { loadRunHeading } from '../../../../saes/load-heading.ts';
import { saeRoute } from '../../../../saes/sae-route.tsx';

const { generateMetadata, Page } = saeRoute(loadRunHeading, () => 'Your own text', TextPage);

export { generateMetadata };
export default Page;
