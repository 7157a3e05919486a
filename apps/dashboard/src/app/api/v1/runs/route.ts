import { runsAnswer } from '../../../../api-v1/answers/runs.ts';
import { listRuns } from '../../../../api-v1/endpoints/runs.ts';
import { route } from '../../../../api-v1/server/route.ts';

export const GET = route(listRuns, (db, { query }) => runsAnswer(db, query));
