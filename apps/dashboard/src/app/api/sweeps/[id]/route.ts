import { archiveSweep, deleteSweep, deletionOf, setSweepNotes, sweepById } from '@sae-lab/db/reading';
import { answer } from '../../../../all-runs/answer.ts';
import { bodyOf } from '../../../../all-runs/request-body.ts';
import { removeRunFolders } from '../../../../sweeps/actions/remove-run-folders.ts';
import { notesOf } from '../../../../annotations/notes-of.ts';
import { checked, noSuchPage, type IdRoute, segmentId } from '../../../../requests/route.ts';

/** What deleting the sweep would remove. */
export async function GET(_: Request, route: IdRoute): Promise<Response> {
  const id = await segmentId(route);
  return id === undefined ? noSuchPage() : answer((db) => deletionOf(db, id));
}

/** Changes `{ notes }` or `{ archived }`. */
export async function PUT(request: Request, route: IdRoute): Promise<Response> {
  const id = await segmentId(route);
  const { notes, archived } = await bodyOf(request);
  return checked(async (db) => {
    if (id === undefined || (await sweepById(db, id)) === undefined) return noSuchPage();
    if (notes !== undefined) await setSweepNotes(db, id, notesOf(notes));
    if (typeof archived === 'boolean') await archiveSweep(db, id, archived);
    return {};
  });
}

/** Deletes the sweep, with `{ files: true }` also the folders of the runs that go with it. */
export async function DELETE(request: Request, route: IdRoute): Promise<Response> {
  const id = await segmentId(route);
  const { files } = await bodyOf(request);
  return checked(async (db) => {
    const deleted = id === undefined ? undefined : await deleteSweep(db, id);
    if (deleted === undefined) return noSuchPage();
    return { runs: deleted.length, ...(files === true && (await removeRunFolders(deleted))) };
  });
}
