import { parseFilter } from '@sae-lab/db/filter';
import { runTableIds, runTableKeys } from '@sae-lab/db/reading';
import { answer } from '../../../../all-runs/answer.ts';
import { loadTableState, MOST_SELECTED } from '../../../../all-runs/table-state.ts';

/** `/api/runs/ids?filter=…&sort=…&offset=10&limit=20`: the ids of a range of rows. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const { filter: text, sort, dir } = loadTableState(searchParams);
  const count = (name: string, most: number): number =>
    Math.min(most, Math.max(0, Math.trunc(Number(searchParams.get(name)) || 0)));
  return answer(async (db) => {
    const filter = parseFilter(text);
    if (filter.problem) throw filter.problem.error;
    return runTableIds(db, {
      keys: await runTableKeys(db),
      filter: filter.value,
      order: sort === null ? undefined : { key: sort, direction: dir },
      offset: count('offset', 2 ** 31 - 1),
      limit: count('limit', MOST_SELECTED),
    });
  });
}
