import { findKey } from '@sae-lab/db/filter';
import { runTableKeys } from '@sae-lab/db/reading';
import { answer } from '../../../../all-runs/answer.ts';
import { csvOf, recordsOf } from '../../../../all-runs/export-rows.ts';
import { loadPage } from '../../../../all-runs/load-page.ts';
import { loadTableState } from '../../../../all-runs/table-state.ts';

/** More rows than any table has. */
const ALL = 1_000_000;

/** `/api/runs/export?format=csv&filter=…`: the filtered table as a file, all rows, in its order and with its columns. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const isJson = searchParams.get('format') === 'json';
  return answer(async (db) => {
    const keys = await runTableKeys(db);
    const loaded = await loadPage(db, loadTableState(searchParams), 0, { keys, limit: ALL });
    if ('problem' in loaded) return Response.json(loaded, { status: 400 });
    const { columns, rows } = loaded.page;
    const known = columns.map((column) => findKey(keys, column)!);
    const text = isJson ? JSON.stringify(recordsOf(known, rows), undefined, 1) : csvOf(known, rows);
    return new Response(text, {
      headers: {
        'Content-Type': isJson ? 'application/json' : 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="runs.${isJson ? 'json' : 'csv'}"`,
      },
    });
  });
}
