import { parseFilter } from '@sae-lab/db/filter';
import { runTableIds, runTableKeys } from '@sae-lab/db/reading';
import { answer } from '../../../../all-runs/answer.ts';
import { loadTableState, MOST_SELECTED } from '../../../../all-runs/table-state.ts';
import { handle } from '../../../../requests/handle.ts';
import { count, LARGEST_ID, queryWith } from '../../../../requests/schemas.ts';

const query = queryWith((given) => loadTableState(given), {
  offset: count(LARGEST_ID),
  limit: count(MOST_SELECTED),
});

/** `/api/runs/ids?filter=…&sort=…&offset=10&limit=20`: the ids of a range of rows. */
export const GET = handle({ query }, ({ query: { state, offset, limit } }) =>
  answer(async (db) => {
    const filter = parseFilter(state.filter);
    if (filter.problem) throw filter.problem.error;
    return runTableIds(db, {
      keys: await runTableKeys(db),
      filter: filter.value,
      order: state.sort === null ? undefined : { key: state.sort, direction: state.dir },
      offset,
      limit,
    });
  }),
);
