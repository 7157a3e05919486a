import { keysAnswer } from '../../../../api-v1/answers/runs.ts';
import { listKeys } from '../../../../api-v1/endpoints/runs.ts';
import { route } from '../../../../api-v1/server/route.ts';

export const GET = route(listKeys, keysAnswer);
