import { SteerPage } from '../../../../own-text/steering/steer-page.tsx';
import { loadSaeHeading } from '../../../../saes/load-heading.ts';
import { saeRoute } from '../../../../saes/sae-route.tsx';

const { generateMetadata, Page } = saeRoute(loadSaeHeading, () => 'Steering', SteerPage);

export { generateMetadata };
export default Page;
