import { variantsAnswer } from '../../../../api-v1/answers/vocabulary.ts';
import { listVariants } from '../../../../api-v1/endpoints/vocabulary.ts';
import { route } from '../../../../api-v1/server/route.ts';

export const GET = route(listVariants, variantsAnswer);
