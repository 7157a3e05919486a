import { answer } from '../../../all-runs/answer.ts';
import { loadPage } from '../../../all-runs/load-page.ts';
import { loadTableState } from '../../../all-runs/table-state.ts';

/** `/api/runs?filter=l0+<+40&offset=100`: a page of the table of all runs. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const offset = Math.min(2 ** 31 - 1, Math.max(0, Math.trunc(Number(searchParams.get('offset')) || 0)));
  return answer(async (db) => {
    const loaded = await loadPage(db, loadTableState(searchParams), offset);
    return 'problem' in loaded ? Response.json(loaded, { status: 400 }) : loaded.page;
  });
}
