import { tagRuns, untagRuns } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { answer, refusal } from '../../../../all-runs/answer.ts';
import { bodyOf, nameOf } from '../../../../all-runs/request-body.ts';
import { MOST_SELECTED } from '../../../../all-runs/table-state.ts';

/** Gives the runs `{ runIds, tag }` a tag. */
export function PUT(request: Request): Promise<Response> {
  return change(request, tagRuns);
}

/** Takes the tag from the runs `{ runIds, tag }`. */
export function DELETE(request: Request): Promise<Response> {
  return change(request, untagRuns);
}

async function change(request: Request, apply: typeof tagRuns): Promise<Response> {
  const { runIds, tag } = await bodyOf(request);
  const ids = (Array.isArray(runIds) ? runIds : [])
    .filter((id): id is number => Number.isInteger(id) && id > 0 && id < 2 ** 31)
    .slice(0, MOST_SELECTED);
  try {
    const name = nameOf(tag, 'tag');
    return await answer(async (db) => {
      if (ids.length > 0) await apply(db, { runIds: ids, tag: name });
      return { runs: ids.length };
    });
  } catch (error) {
    if (error instanceof SaeLabError) return refusal(error);
    throw error;
  }
}
