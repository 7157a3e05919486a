import { sweepAnswer } from '../../../../../api-v1/answers/sweeps.ts';
import { getSweep } from '../../../../../api-v1/endpoints/sweeps.ts';
import { route } from '../../../../../api-v1/server/route.ts';

export const GET = route(getSweep, (db, { path }) => sweepAnswer(db, path.sweep));
