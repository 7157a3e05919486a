import { SteerPage } from '../../../../own-text/steering/steer-page.tsx';
import { loadRunHeading } from '../../../../saes/load-heading.ts';
import { saeRoute } from '../../../../saes/sae-route.tsx';

const { generateMetadata, Page } = saeRoute(loadRunHeading, () => 'Steering', SteerPage);

export { generateMetadata };
export default Page;
