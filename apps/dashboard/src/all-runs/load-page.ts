import 'server-only';
import { parseFilter, type FilterProblem } from '@sae-lab/db/filter';
import {
  runTable,
  runTableKeys,
  runTableRows,
  type Db,
  type RunTablePage,
  type RunTableRow,
  type StoredKey,
} from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { shownColumns } from './table-columns.ts';
import { PAGE_ROWS, type TableState } from './table-state.ts';

/** A page of the table as the browser gets it: JSON has no NaN and no infinities. */
export interface LoadedPage extends RunTablePage {
  readonly columns: readonly string[];
  readonly baseline: RunTableRow | null;
}

export interface PageProblem {
  readonly code: string;
  readonly message: string;
  /** The place in the filter. */
  readonly span?: FilterProblem['span'];
}

type Wanted = Pick<TableState, 'filter' | 'sort' | 'dir' | 'columns' | 'baseline'>;

/** @throws {SaeLabError} with a code that starts with `db.` */
export async function loadPage(
  db: Db,
  wanted: Wanted,
  offset: number,
  { keys, limit = PAGE_ROWS }: { keys?: readonly StoredKey[]; limit?: number } = {},
): Promise<{ page: LoadedPage } | { problem: PageProblem }> {
  const known = keys ?? (await runTableKeys(db));
  const filter = parseFilter(wanted.filter);
  if (filter.problem) return { problem: problemOf(filter.problem.error, filter.problem.span) };
  const columns = shownColumns(known, wanted.columns);
  try {
    const page = await runTable(db, {
      keys: known,
      filter: filter.value,
      columns,
      offset,
      limit,
      order: wanted.sort === null ? undefined : { key: wanted.sort, direction: wanted.dir },
    });
    const [baseline] =
      wanted.baseline === null
        ? []
        : await runTableRows(db, { keys: known, columns, ids: [wanted.baseline] });
    return {
      page: {
        total: page.total,
        rows: page.rows.map(plain),
        columns,
        baseline: baseline ? plain(baseline) : null,
      },
    };
  } catch (error) {
    if (error instanceof SaeLabError && error.code.startsWith('filter.'))
      return { problem: problemOf(error) };
    throw error;
  }
}

function problemOf({ code, message }: SaeLabError, span?: FilterProblem['span']): PageProblem {
  return { code, message, ...(span && { span }) };
}

/** Infinities as text, which `Number` reads back. */
function plain({ id, cells }: RunTableRow): RunTableRow {
  return {
    id,
    cells: cells.map((cell) => (typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cell)),
  };
}
