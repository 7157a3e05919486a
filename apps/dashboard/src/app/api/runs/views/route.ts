import { deleteView, listSavedViews, renameView, saveView } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { answer, refusal } from '../../../../all-runs/answer.ts';
import { nameOf } from '../../../../all-runs/request-body.ts';
import { handle } from '../../../../requests/handle.ts';
import { storable } from '../../../../requests/schemas.ts';

const LONGEST_QUERY = 4000;

/** The saved views of the table of runs. */
export const GET = handle({}, () => answer(listSavedViews));

const body = z.object({
  name: z.string(),
  newName: z.string().optional(),
  query: z.string().max(LONGEST_QUERY).pipe(storable).default(''),
});

/**
 * Saves `{ name, query }`; a view of the same name is replaced. With `{ name, newName }`, renames a view. Answers with all
 * views.
 */
export const PUT = handle({ body }, async ({ body: { name, newName, query } }) => {
  if (newName !== undefined) return rename(storable.parse(name), nameOf(newName, 'newName'));
  const view = { name: nameOf(name, 'name'), query };
  return answer(async (db) => {
    await saveView(db, view);
    return listSavedViews(db);
  });
});

async function rename(oldName: string, newName: string): Promise<Response> {
  return answer(async (db) => {
    const isRenamed = await renameView(db, { name: oldName, newName });
    return isRenamed
      ? listSavedViews(db)
      : refusal(
          new SaeLabError('view.invalid', {
            problem: 'is the name of another view, or the view was deleted',
            field: 'newName',
            expected: 'a name that no view has',
            received: newName,
          }),
        );
  });
}

/** Deletes the view `{ name }`. Answers with the others. */
export const DELETE = handle({ body: z.object({ name: storable }) }, ({ body: { name: deleted } }) =>
  answer(async (db) => {
    await deleteView(db, deleted);
    return listSavedViews(db);
  }),
);
