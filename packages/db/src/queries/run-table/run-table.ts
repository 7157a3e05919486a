import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../../connection/connect.ts';
import type { Expression } from '../../filter/expression.ts';
import { runs } from '../../schema/index.ts';
import { compileFilter } from './compile-filter.ts';
import { keyNamed } from './key-named.ts';
import { inDirection, orderTerms, type RunOrder } from './run-order.ts';
import { RunSource } from './run-source.ts';
import type { StoredKey } from './run-table-keys.ts';

export interface RunTableQuery {
  /** Of {@link runTableKeys}. */
  readonly keys: readonly StoredKey[];
  /** All runs if absent. */
  readonly filter?: Expression | undefined;
  /**
   * If absent, and among equal values: the newest sweep first, then by variant, hook, width, hyperparameters and seed.
   * Missing values come last in both directions.
   */
  readonly order?: RunOrder | undefined;
  /** Keys whose values are wanted. */
  readonly columns: readonly string[];
  readonly offset: number;
  readonly limit: number;
}

/** A value of the table. Times are in milliseconds since 1970. */
export type RunCell = number | string | boolean | readonly string[] | null;

export interface RunTableRow {
  readonly id: number;
  /** In the order of the columns that were asked for. */
  readonly cells: readonly RunCell[];
}

export interface RunTablePage {
  /** Number of runs that pass the filter. */
  readonly total: number;
  readonly rows: readonly RunTableRow[];
}

/**
 * A page of the table of all runs.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function runTable(db: Db, query: RunTableQuery): Promise<RunTablePage> {
  const { keys, filter, columns, offset, limit } = query;
  const source = new RunSource();
  const condition = filter === undefined ? sql`true` : compileFilter(filter, keys, source);
  const sorted = orderOf(query, source);
  // Read twice, hence computed once: the count and the page take one pass.
  const [page] = await db.execute<{ total: number; ids: string }>(sql`
    with matching as (
      select ${runs.id} as id, row_number() over (order by ${sorted}) as place
      from ${source.from} where ${condition}
    )
    select (select count(*)::int from matching) as total,
      (select coalesce(string_agg(id::text, ',' order by place), '') from matching
        where place > ${offset} and place <= ${offset + limit}) as ids`);
  const ids = page!.ids === '' ? [] : page!.ids.split(',').map(Number);
  return { total: page!.total, rows: await runTableRows(db, { keys, columns, ids }) };
}

function orderOf({ keys, order }: Pick<RunTableQuery, 'keys' | 'order'>, source: RunSource): SQL {
  const asked = order === undefined ? [] : inDirection(orderTerms(keys, order, source), order.direction);
  return sql.join([...asked, ...source.usualOrder()], sql`, `);
}

/**
 * The ids of the runs that pass a filter, in their order.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function runTableIds(
  db: Db,
  { keys, filter, order, offset, limit }: Omit<RunTableQuery, 'columns'>,
): Promise<number[]> {
  const source = new RunSource();
  const condition = filter === undefined ? sql`true` : compileFilter(filter, keys, source);
  const sorted = orderOf({ keys, order }, source);
  const rows = await db.execute<{ id: number }>(sql`
    select ${runs.id} as id from ${source.from} where ${condition}
    order by ${sorted} limit ${limit} offset ${offset}`);
  return rows.map(({ id }) => id);
}

/** The values of these runs, in the order of `ids`; those that do not exist are left out. */
export async function runTableRows(
  db: Db,
  { keys, columns, ids }: Pick<RunTableQuery, 'keys' | 'columns'> & { ids: readonly number[] },
): Promise<RunTableRow[]> {
  if (ids.length === 0) return [];
  const wanted = columns.map((column) => keyNamed(keys, column, 'columns'));
  const source = new RunSource();
  const values = wanted.map((key, index) => sql`${cell(key, source)} as ${sql.identifier(`cell_${index}`)}`);
  const found = await db.execute<Record<string, RunCell>>(sql`
    select ${sql.join([sql`${runs.id} as id`, ...values], sql`, `)} from ${source.from}
    where ${runs.id} in (${sql.join(
      ids.map((id) => sql`${id}`),
      sql`, `,
    )})`);
  const rows = new Map(
    found.map((row) => [row['id'] as number, wanted.map((_, index) => row[`cell_${index}`] ?? null)]),
  );
  return ids.flatMap((id) => (rows.has(id) ? [{ id, cells: rows.get(id)! }] : []));
}

function cell(key: StoredKey, source: RunSource): SQL {
  const value = source.valueOf(key);
  if (key.type === 'time') return sql`(extract(epoch from ${value}) * 1000)::float8`;
  return key.type === 'list' ? sql`to_jsonb(${value})` : value;
}
