import 'server-only';
import { parseFilter } from '@sae-lab/db/filter';
import {
  groupedRuns,
  runTableIds,
  runTableKeys,
  runTableRows,
  summariseKey,
  type Db,
  type KeySummary,
  type RunTableQuery,
  type RunTableRow,
  type StoredKey,
} from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { commitsText, countText } from '../../export/caption.ts';
import { columnOf, shownColumns } from '../table-columns.ts';
import type { TableState } from '../table-state.ts';
import { groupColumns } from './exported-groups.ts';
import type { ExportFormat } from './formats.ts';
import type { ExportColumn, RowWriter } from './row-writer.ts';
import { rowWriter } from './writers.ts';

/** Rows that are in memory at once. */
const PIECE = 500;
/** Commits that a caption names. */
const MOST_COMMITS = 3;
/** More rows than any table has. */
const ALL = 1_000_000;

type Wanted = Pick<TableState, 'filter' | 'sort' | 'dir' | 'columns' | 'group'>;

/**
 * All filtered runs as a file, or their groups. Its rows are read as the reader of the stream takes them.
 *
 * @throws {SaeLabError} `filter.syntax`, `filter.unknown-key`, `filter.bad-value`
 */
export async function exportStream(
  db: Db,
  wanted: Wanted,
  format: ExportFormat['extension'],
): Promise<ReadableStream<Uint8Array>> {
  const keys = await runTableKeys(db);
  const filter = parseFilter(wanted.filter);
  if (filter.problem) throw filter.problem.error;
  const columns = shownColumns(keys, wanted.columns);
  const order = wanted.sort === null ? undefined : { key: wanted.sort, direction: wanted.dir };
  const query = { keys, filter: filter.value, order, columns };
  const { count, exported, rows } =
    wanted.group.length === 0 ? await ofRuns(db, query) : await ofGroups(db, query, wanted.group);
  const commits = await summariseKey(db, { ...query, key: 'commit', most: MOST_COMMITS });
  const caption = captionOf(wanted, count, commits);
  const writer = rowWriter(format, { caption, columns: exported, count: count.rows });
  return streamOf(pieces(rows, writer));
}

type Query = Omit<RunTableQuery, 'offset' | 'limit'>;

interface Exported {
  readonly count: { readonly rows: number; readonly runs: number };
  readonly exported: readonly ExportColumn[];
  readonly rows: AsyncIterable<readonly RunTableRow[]>;
}

async function ofRuns(db: Db, query: Query): Promise<Exported> {
  const { keys, columns } = query;
  const ids = await runTableIds(db, { ...query, offset: 0, limit: ALL });
  const exported: ExportColumn[] = [];
  for (const key of columns.map((name) => keys.find((known) => known.key === name)!)) {
    exported.push({ ...columnOf(key), isNumber: await isNumber(db, query, key) });
  }
  return { count: { rows: ids.length, runs: ids.length }, exported, rows: read() };

  async function* read(): AsyncGenerator<readonly RunTableRow[]> {
    for (let start = 0; start < ids.length; start += PIECE) {
      yield await runTableRows(db, { keys, columns, ids: ids.slice(start, start + PIECE) });
    }
  }
}

async function ofGroups(db: Db, query: Query, by: readonly string[]): Promise<Exported> {
  const { keys, columns } = query;
  const page = (offset: number, limit: number): ReturnType<typeof groupedRuns> =>
    groupedRuns(db, { ...query, grouping: { by, open: [], listed: 0 }, offset, limit });
  const { groups, runs } = await page(0, 0);
  const shown = columns.map((name) => columnOf(keys.find((known) => known.key === name)!));
  const { columns: exported, rowOf } = groupColumns(shown);
  return { count: { rows: groups, runs }, exported, rows: read() };

  async function* read(): AsyncGenerator<readonly RunTableRow[]> {
    for (let offset = 0; offset < groups; offset += PIECE) {
      const { rows } = await page(offset, PIECE);
      yield rows.flatMap((row) => ('group' in row ? [rowOf(row)] : []));
    }
  }
}

/** Whether a column of numbers can hold all values of a key. */
async function isNumber(db: Db, query: Query, { key, type }: StoredKey): Promise<boolean> {
  if (type !== 'setting') return type === 'number';
  return (await summariseKey(db, { ...query, key, most: 1 })).range !== null;
}

/** States the filter, the number of runs and the commits that trained them. */
function captionOf(
  { filter, group }: Wanted,
  { rows, runs }: Exported['count'],
  { values, more }: KeySummary,
): string {
  const which = filter === '' ? 'All runs' : `Runs with ${filter}`;
  const groups = group.length === 0 ? '' : ` in ${integer(rows)} groups by ${group.join(', ')}`;
  const shown = [...new Set(values.map((commit) => commit.slice(0, 8)))];
  return `${which}; ${countText(runs, 'run')}${groups}; ${commitsText(shown, more)}.`;
}

/** Reads a piece when the one before has been taken. */
function streamOf(iterator: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return(undefined);
    },
  });
}

async function* pieces(
  rows: AsyncIterable<readonly RunTableRow[]>,
  writer: RowWriter,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const encoded = (piece: string | Uint8Array): Uint8Array =>
    typeof piece === 'string' ? encoder.encode(piece) : piece;
  yield encoded(writer.start());
  for await (const piece of rows) yield encoded(writer.rows(piece));
  yield encoded(writer.end());
}
