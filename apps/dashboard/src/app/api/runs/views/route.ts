import { deleteView, listSavedViews, renameView, saveView } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { answer, refusal } from '../../../../all-runs/answer.ts';
import { bodyOf, nameOf } from '../../../../all-runs/request-body.ts';

const LONGEST_QUERY = 4000;

/** The saved views of the table of runs. */
export function GET(): Promise<Response> {
  return answer(listSavedViews);
}

/**
 * Saves `{ name, query }`; a view of the same name is replaced. With `{ name, newName }`, renames a view. Answers with all
 * views.
 */
export async function PUT(request: Request): Promise<Response> {
  const { name, newName, query } = await bodyOf(request);
  try {
    if (newName !== undefined) return await rename(String(name), nameOf(newName, 'newName'));
    const view = {
      name: nameOf(name, 'name'),
      query: typeof query === 'string' ? query.slice(0, LONGEST_QUERY) : '',
    };
    return await answer(async (db) => {
      await saveView(db, { ...view, query: view.query.replaceAll('\0', '').toWellFormed() });
      return listSavedViews(db);
    });
  } catch (error) {
    if (error instanceof SaeLabError) return refusal(error);
    throw error;
  }
}

async function rename(name: string, newName: string): Promise<Response> {
  return answer(async (db) => {
    const isRenamed = await renameView(db, { name: name.replaceAll('\0', '').toWellFormed(), newName });
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
export async function DELETE(request: Request): Promise<Response> {
  const { name } = await bodyOf(request);
  return answer(async (db) => {
    await deleteView(db, String(name).replaceAll('\0', '').toWellFormed());
    return listSavedViews(db);
  });
}
