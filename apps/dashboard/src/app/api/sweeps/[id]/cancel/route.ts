import { cancelSweep } from '@sae-lab/db/reading';
import { checked, type IdRoute, noSuchPage, segmentId } from '../../../../../requests/route.ts';

/** Cancels the sweep and all its runs that have not ended. */
export async function POST(_: Request, route: IdRoute): Promise<Response> {
  const id = await segmentId(route);
  return checked(async (db) => (id === undefined ? noSuchPage() : await cancelSweep(db, id)));
}
