import { labelsAnswer } from '../../../../api-v1/answers/labels.ts';
import { listLabels } from '../../../../api-v1/endpoints/labels.ts';
import { route } from '../../../../api-v1/server/route.ts';

export const GET = route(listLabels, (db, { query }) => labelsAnswer(db, query));
