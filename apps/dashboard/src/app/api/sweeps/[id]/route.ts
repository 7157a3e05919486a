import {
  archiveSweep,
  deleteSweep,
  deletionOf,
  setPriority,
  setSweepNotes,
  sweepById,
} from '@sae-lab/db/reading';
import { z } from 'zod';
import { answer } from '../../../../all-runs/answer.ts';
import { handle } from '../../../../requests/handle.ts';
import { checked, noSuchPage } from '../../../../requests/route.ts';
import { idPath, notes, priority } from '../../../../requests/schemas.ts';
import { removeRunFolders } from '../../../../sweeps/actions/remove-run-folders.ts';

/** What deleting the sweep would remove. */
export const GET = handle({ path: idPath }, ({ path: { id } }) => answer((db) => deletionOf(db, id)));

const changes = z.object({
  notes: notes.optional(),
  archived: z.boolean().optional(),
  priority: priority.optional(),
});

/** Changes `{ notes }`, `{ archived }` or `{ priority }`. */
export const PUT = handle({ path: idPath, body: changes }, ({ path: { id }, body }) =>
  checked(async (db) => {
    if ((await sweepById(db, id)) === undefined) return noSuchPage();
    if (body.notes !== undefined) await setSweepNotes(db, id, body.notes);
    if (body.archived !== undefined) await archiveSweep(db, id, body.archived);
    if (body.priority !== undefined) await setPriority(db, id, body.priority);
    return {};
  }),
);

const deletion = z.object({ files: z.boolean().default(false) });

/** Deletes the sweep, with `{ files: true }` also the folders of the runs that go with it. */
export const DELETE = handle({ path: idPath, body: deletion }, ({ path: { id }, body: { files } }) =>
  checked(async (db) => {
    const deleted = await deleteSweep(db, id);
    if (deleted === undefined) return noSuchPage();
    return { runs: deleted.length, ...(files && (await removeRunFolders(deleted))) };
  }),
);
