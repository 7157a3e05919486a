import { runOf } from '../../../../../../api-v1/answers/find.ts';
import { runSaeAnswer } from '../../../../../../api-v1/answers/run.ts';
import { getRunSae } from '../../../../../../api-v1/endpoints/saes.ts';
import { route } from '../../../../../../api-v1/server/route.ts';

export const GET = route(getRunSae, async (db, { path }) => runSaeAnswer(db, await runOf(db, path.run)));
