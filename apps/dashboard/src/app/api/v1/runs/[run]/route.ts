import { runOf } from '../../../../../api-v1/answers/find.ts';
import { runAnswer } from '../../../../../api-v1/answers/run.ts';
import { getRun } from '../../../../../api-v1/endpoints/runs.ts';
import { route } from '../../../../../api-v1/server/route.ts';

export const GET = route(getRun, async (db, { path }) => runAnswer(db, await runOf(db, path.run)));
