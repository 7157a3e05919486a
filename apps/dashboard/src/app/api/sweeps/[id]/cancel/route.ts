import { cancelSweep } from '@sae-lab/db/reading';
import { handle } from '../../../../../requests/handle.ts';
import { checked } from '../../../../../requests/route.ts';
import { idPath } from '../../../../../requests/schemas.ts';

/** Cancels the sweep and all its runs that have not ended. */
export const POST = handle({ path: idPath }, ({ path: { id } }) => checked((db) => cancelSweep(db, id)));
