import { parseFilter } from '@sae-lab/db/filter';
import { runTableIds, runTableKeys, tagRuns, untagRuns, type Db } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { answer, refusal } from '../../../../all-runs/answer.ts';
import { bodyOf, nameOf } from '../../../../all-runs/request-body.ts';

/** More runs than any database has. */
const MOST = 1_000_000;

/** Gives the runs `{ runIds, tag }` or `{ filter, tag }` a tag. Answers with the runs that did not have it. */
export function PUT(request: Request): Promise<Response> {
  return change(request, tagRuns);
}

/** Takes the tag from the runs `{ runIds, tag }` or `{ filter, tag }`. Answers with the runs that had it. */
export function DELETE(request: Request): Promise<Response> {
  return change(request, untagRuns);
}

async function change(request: Request, apply: typeof tagRuns): Promise<Response> {
  const { runIds, filter, tag } = await bodyOf(request);
  try {
    const name = nameOf(tag, 'tag');
    return await answer(async (db) => {
      const ids = typeof filter === 'string' ? await matching(db, filter) : idsIn(runIds);
      return { runIds: ids.length === 0 ? [] : await apply(db, { runIds: ids, tag: name }) };
    });
  } catch (error) {
    if (error instanceof SaeLabError) return refusal(error);
    throw error;
  }
}

async function matching(db: Db, text: string): Promise<number[]> {
  const filter = parseFilter(text);
  if (filter.problem) throw filter.problem.error;
  return runTableIds(db, { keys: await runTableKeys(db), filter: filter.value, offset: 0, limit: MOST });
}

function idsIn(list: unknown): number[] {
  return (Array.isArray(list) ? list : [])
    .filter((id): id is number => Number.isInteger(id) && id > 0 && id < 2 ** 31)
    .slice(0, MOST);
}
