import 'server-only';
import { parseFilter, type FilterProblem } from '@sae-lab/db/filter';
import {
  groupedRuns,
  runTable,
  runTableKeys,
  runTableRows,
  summariseKey,
  type Db,
  type GroupCell,
  type KeySummary,
  type RunCell,
  type RunGroup,
  type RunTableRow,
  type StoredKey,
} from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { selectionText } from '../compare/selection.ts';
import { MOST_COLORS } from './color-scale.ts';
import { shownColumns } from './table-columns.ts';
import { MOST_SELECTED, PAGE_ROWS, type TableState } from './table-state.ts';

/** A group as the browser gets it, its members in the compact form of an address. */
export type SentGroup = Omit<RunGroup, 'members'> & { readonly members: string | null };

/** A page of the table as the browser gets it: JSON has no NaN and no infinities. */
export interface LoadedPage {
  /** Rows of the table: runs, or groups and the members of open ones. */
  readonly total: number;
  readonly runs: number;
  /** Null while runs are not grouped. */
  readonly groups: number | null;
  readonly rows: readonly (RunTableRow | SentGroup)[];
  /** Keys of the cells: the shown columns, then the key of the colours. */
  readonly columns: readonly string[];
  readonly baseline: RunTableRow | null;
  /** Of the key that decides the colours. */
  readonly summary: KeySummary | null;
}

export interface PageProblem {
  readonly code: string;
  readonly message: string;
  /** The place in the filter. */
  readonly span?: FilterProblem['span'];
}

type Wanted = Pick<
  TableState,
  'filter' | 'sort' | 'dir' | 'columns' | 'baseline' | 'group' | 'open' | 'color'
>;

/** @throws {SaeLabError} with a code that starts with `db.` */
export async function loadPage(
  db: Db,
  wanted: Wanted,
  offset: number,
  { keys }: { keys?: readonly StoredKey[] } = {},
): Promise<{ page: LoadedPage } | { problem: PageProblem }> {
  const known = keys ?? (await runTableKeys(db));
  const filter = parseFilter(wanted.filter);
  if (filter.problem) return { problem: problemOf(filter.problem.error, filter.problem.span) };
  const color = wanted.color ?? undefined;
  const columns = [
    ...new Set([...shownColumns(known, wanted.columns), ...(color === undefined ? [] : [color])]),
  ];
  try {
    const query = {
      keys: known,
      filter: filter.value,
      columns,
      offset,
      limit: PAGE_ROWS,
      order: wanted.sort === null ? undefined : { key: wanted.sort, direction: wanted.dir },
    };
    const [page, baselines, summary] = await Promise.all([
      rowsOf(db, query, wanted),
      wanted.baseline === null ? [] : runTableRows(db, { keys: known, columns, ids: [wanted.baseline] }),
      color === undefined
        ? null
        : summariseKey(db, { keys: known, filter: filter.value, key: color, most: MOST_COLORS }),
    ]);
    const [baseline] = baselines;
    return { page: { ...page, columns, baseline: baseline ? plain(baseline) : null, summary } };
  } catch (error) {
    if (error instanceof SaeLabError && error.code.startsWith('filter.'))
      return { problem: problemOf(error) };
    throw error;
  }
}

async function rowsOf(
  db: Db,
  query: Parameters<typeof runTable>[1],
  { group, open }: Wanted,
): Promise<Pick<LoadedPage, 'total' | 'runs' | 'groups' | 'rows'>> {
  if (group.length === 0) {
    const { total, rows } = await runTable(db, query);
    return { total, runs: total, groups: null, rows: rows.map(plain) };
  }
  const grouping = { by: group, open, listed: MOST_SELECTED };
  const { rows, ...counts } = await groupedRuns(db, { ...query, grouping });
  return { ...counts, rows: rows.map((row) => ('group' in row ? sentGroup(row) : plain(row))) };
}

function problemOf({ code, message }: SaeLabError, span?: FilterProblem['span']): PageProblem {
  return { code, message, ...(span && { span }) };
}

function sentGroup({ members, cells, ...group }: RunGroup): SentGroup {
  return {
    ...group,
    members: members && selectionText(members),
    cells: cells.map((cell): GroupCell =>
      cell !== null && 'value' in cell ? { value: finite(cell.value) } : cell,
    ),
  };
}

function plain({ id, cells }: RunTableRow): RunTableRow {
  return { id, cells: cells.map(finite) };
}

/** Infinities as text, which `Number` reads back. */
function finite(cell: RunCell): RunCell {
  return typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cell;
}
