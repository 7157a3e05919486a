import { runById, setRunNotes } from '@sae-lab/db/reading';
import { z } from 'zod';
import { handle } from '../../../../requests/handle.ts';
import { checked, noSuchPage } from '../../../../requests/route.ts';
import { idPath, notes } from '../../../../requests/schemas.ts';

/** Changes `{ notes }`. */
export const PUT = handle({ path: idPath, body: z.object({ notes }) }, ({ path: { id }, body }) =>
  checked(async (db) => {
    if ((await runById(db, id)) === undefined) return noSuchPage();
    await setRunNotes(db, id, body.notes);
    return {};
  }),
);
