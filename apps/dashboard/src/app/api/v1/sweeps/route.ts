import { sweepsAnswer } from '../../../../api-v1/answers/sweeps.ts';
import { listSweeps } from '../../../../api-v1/endpoints/sweeps.ts';
import { route } from '../../../../api-v1/server/route.ts';

export const GET = route(listSweeps, sweepsAnswer);
