import { measuresAnswer } from '../../../../api-v1/answers/vocabulary.ts';
import { listMeasures } from '../../../../api-v1/endpoints/vocabulary.ts';
import { staticRoute } from '../../../../api-v1/server/route.ts';

export const GET = staticRoute(measuresAnswer, listMeasures);
