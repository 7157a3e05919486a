import { TextPage } from '../../../../own-text/text-page.tsx';
import { loadSaeHeading } from '../../../../saes/load-heading.ts';
import { saeRoute } from '../../../../saes/sae-route.tsx';

const { generateMetadata, Page } = saeRoute(loadSaeHeading, () => 'Your own text', TextPage);

export { generateMetadata };
export default Page;
