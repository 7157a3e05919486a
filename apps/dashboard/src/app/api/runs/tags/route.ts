import { parseFilter } from '@sae-lab/db/filter';
import { runTableIds, runTableKeys, tagRuns, untagRuns, type Db } from '@sae-lab/db/reading';
import { z } from 'zod';
import { answer } from '../../../../all-runs/answer.ts';
import { handle } from '../../../../requests/handle.ts';
import { name, runIds } from '../../../../requests/schemas.ts';

/** More runs than any database has. */
const MOST = 1_000_000;

const body = z.object({ runIds: runIds.default([]), filter: z.string().optional(), tag: name('tag') });

/** Gives the runs `{ runIds, tag }` or `{ filter, tag }` a tag. Answers with the runs that did not have it. */
export const PUT = handle({ body }, (given) => change(given.body, tagRuns));

/** Takes the tag from the runs `{ runIds, tag }` or `{ filter, tag }`. Answers with the runs that had it. */
export const DELETE = handle({ body }, (given) => change(given.body, untagRuns));

function change(
  { runIds: listed, filter, tag }: z.output<typeof body>,
  apply: typeof tagRuns,
): Promise<Response> {
  return answer(async (db) => {
    const ids = filter === undefined ? listed : await matching(db, filter);
    return { runIds: ids.length === 0 ? [] : await apply(db, { runIds: ids, tag }) };
  });
}

async function matching(db: Db, text: string): Promise<number[]> {
  const filter = parseFilter(text);
  if (filter.problem) throw filter.problem.error;
  return runTableIds(db, { keys: await runTableKeys(db), filter: filter.value, offset: 0, limit: MOST });
}
