import { saeAnswer } from '../../../../../api-v1/answers/saes.ts';
import { getSae } from '../../../../../api-v1/endpoints/saes.ts';
import { route } from '../../../../../api-v1/server/route.ts';

export const GET = route(getSae, (db, { path }) => saeAnswer(db, path.sae));
