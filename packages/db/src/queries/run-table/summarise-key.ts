import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/connect.ts';
import { runs } from '../../schema/index.ts';
import { compileFilter } from './compile-filter.ts';
import { keyNamed } from './key-named.ts';
import { RunSource, settingNumber, settingText } from './run-source.ts';
import type { RunTableQuery } from './run-table.ts';

/** What the filtered runs have under a key, to choose colours by. */
export interface KeySummary {
  /** The most frequent values as text, numbers in ascending order. */
  readonly values: readonly string[];
  /** The number of other values. */
  readonly more: number;
  /** Of a key whose values are all numbers. */
  readonly range: readonly [low: number, high: number] | null;
}

/**
 * The values of a key among the runs that pass a filter.
 *
 * @param query `most` values are returned at most
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function summariseKey(
  db: Db,
  {
    keys,
    filter,
    key: name,
    most,
  }: Pick<RunTableQuery, 'keys' | 'filter'> & { readonly key: string; readonly most: number },
): Promise<KeySummary> {
  const key = keyNamed(keys, name, 'color');
  const source = new RunSource();
  const condition = filter === undefined ? sql`true` : compileFilter(filter, keys, source);
  const value = source.valueOf(key);
  const isTime = key.type === 'time';
  const text =
    key.type === 'setting'
      ? settingText(value)
      : key.type === 'list'
        ? sql`nullif(array_to_string(${value}, ', '), '')`
        : sql`(${value})::text`;
  const number = isTime
    ? sql`(extract(epoch from ${value}) * 1000)::float8`
    : key.type === 'number'
      ? sql`(${value})::float8`
      : key.type === 'setting'
        ? settingNumber(value)
        : sql`null::float8`;
  const [found] = await db.execute<{
    values: readonly string[];
    distinct: number;
    low: number | null;
    high: number | null;
  }>(sql`
    with matching as (
      select ${text} as text, ${number} as number, ${runs.id} as id from ${source.from} where ${condition}
    ), counted as (
      select text, min(number) as number, count(*) as runs, bool_and(number is not null) as numeric
      from matching where text is not null group by text
    ), frequent as (select * from counted order by runs desc, number, text limit ${most})
    select (select coalesce(json_agg(text order by number, text collate "C"), '[]') from frequent) as values,
      (select count(*)::int from counted) as distinct,
      (select min(number) from counted where number < 'Infinity' having bool_and(numeric)) as low,
      (select max(number) from counted where number < 'Infinity' having bool_and(numeric)) as high`);
  const { values, distinct, low, high } = found!;
  return {
    values,
    more: distinct - values.length,
    range: low === null || high === null ? null : [low, high],
  };
}
