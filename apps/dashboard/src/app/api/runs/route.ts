import { answer } from '../../../all-runs/answer.ts';
import { loadPage } from '../../../all-runs/load-page.ts';
import { loadTableState } from '../../../all-runs/table-state.ts';
import { handle } from '../../../requests/handle.ts';
import { count, LARGEST_ID, queryWith } from '../../../requests/schemas.ts';

const query = queryWith((given) => loadTableState(given), { offset: count(LARGEST_ID) });

/** `/api/runs?filter=l0+<+40&offset=100`: a page of the table of all runs. */
export const GET = handle({ query }, ({ query: { state, offset } }) =>
  answer(async (db) => {
    const loaded = await loadPage(db, state, offset);
    return 'problem' in loaded ? Response.json(loaded, { status: 400 }) : loaded.page;
  }),
);
