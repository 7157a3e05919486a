import { saesAnswer } from '../../../../api-v1/answers/saes.ts';
import { listSaes } from '../../../../api-v1/endpoints/saes.ts';
import { route } from '../../../../api-v1/server/route.ts';

export const GET = route(listSaes, (db, { query }) => saesAnswer(db, query.sweep));
