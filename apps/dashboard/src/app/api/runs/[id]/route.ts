import { runById, setRunNotes } from '@sae-lab/db/reading';
import { bodyOf } from '../../../../all-runs/request-body.ts';
import { notesOf } from '../../../../annotations/notes-of.ts';
import { checked, type IdRoute, noSuchPage, segmentId } from '../../../../requests/route.ts';

/** Changes `{ notes }`. */
export async function PUT(request: Request, route: IdRoute): Promise<Response> {
  const id = await segmentId(route);
  const { notes } = await bodyOf(request);
  return checked(async (db) => {
    if (id === undefined || (await runById(db, id)) === undefined) return noSuchPage();
    await setRunNotes(db, id, notesOf(notes));
    return {};
  });
}
