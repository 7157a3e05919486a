import { sql, type SQL } from 'drizzle-orm';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import type { Db } from '../../connection/connect.ts';
import type { Expression } from '../../filter/expression.ts';
import { findKey } from '../../filter/keys.ts';
import { runs } from '../../schema/index.ts';
import { compileFilter } from './compile-filter.ts';
import { RunSource, settingNumber, settingText } from './run-source.ts';
import type { StoredKey } from './run-table-keys.ts';

export interface RunOrder {
  readonly key: string;
  readonly direction: 'asc' | 'desc';
}

export interface RunTableQuery {
  /** Of {@link runTableKeys}. */
  readonly keys: readonly StoredKey[];
  /** All runs if absent. */
  readonly filter?: Expression | undefined;
  /** Newest first if absent, and among equal values. Missing values come last in both directions. */
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
  const { keys, filter, order, columns, offset, limit } = query;
  const source = new RunSource();
  const condition = filter === undefined ? sql`true` : compileFilter(filter, keys, source);
  const sorted =
    order === undefined ? [] : orderBy(keyNamed(keys, order.key, 'sort'), order.direction, source);
  // Read twice, hence computed once: the count and the page take one pass.
  const [page] = await db.execute<{ total: number; ids: string }>(sql`
    with matching as (
      select ${runs.id} as id, row_number() over (order by ${sql.join([...sorted, sql`${runs.id} desc`], sql`, `)}) as place
      from ${source.from} where ${condition}
    )
    select (select count(*)::int from matching) as total,
      (select coalesce(string_agg(id::text, ',' order by place), '') from matching
        where place > ${offset} and place <= ${offset + limit}) as ids`);
  const ids = page!.ids === '' ? [] : page!.ids.split(',').map(Number);
  return { total: page!.total, rows: await runTableRows(db, { keys, columns, ids }) };
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

/** Of a setting, numbers come before text. Of a list, the first text counts. */
function orderBy(key: StoredKey, direction: 'asc' | 'desc', source: RunSource): SQL[] {
  const value = source.valueOf(key);
  const by = (expression: SQL): SQL => sql`${expression} ${sql.raw(direction)} nulls last`;
  const text = (expression: SQL): SQL => by(sql`${withPaddedNumbers(expression)} collate "C"`);
  switch (key.type) {
    case 'setting':
      return [by(settingNumber(value)), text(settingText(value))];
    case 'list':
      return [text(sql`(${value})[1]`)];
    case 'text':
    case 'status':
      return [text(value)];
    case 'number':
    case 'time':
      return [by(value)];
  }
}

/** Every number of a text with ten digits, so that `blocks.2` comes before `blocks.10`. */
function withPaddedNumbers(text: SQL): SQL {
  const padded = sql`regexp_replace((${text})::text, '(\\d+)', '0000000000\\1', 'g')`;
  return sql`regexp_replace(${padded}, '\\d*(\\d{10})', '\\1', 'g')`;
}

function keyNamed(keys: readonly StoredKey[], name: string, field: string): StoredKey {
  const key = findKey(keys, name);
  if (key) return key;
  throw new SaeLabError('filter.unknown-key', {
    problem: 'no run has this key',
    field,
    expected: expectedName(
      name,
      keys.map((known) => known.key),
    ),
    received: name,
  });
}
