import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../../connection/connect.ts';
import { RUN_STATUSES } from '../../filter/keys.ts';
import { runs } from '../../schema/index.ts';
import type { RunStatus } from '../../schema/index.ts';
import { keyNamed } from './key-named.ts';
import { RunSource, settingNumber } from './run-source.ts';
import type { RunCell, RunTableQuery } from './run-table.ts';
import type { StoredKey } from './run-table-keys.ts';

/** What a group shows of a key; null where no run of it has a value. */
export type GroupCell =
  /** Of a measured number, over the `n` runs that have it. The deviation is the sample's, null below two runs. */
  | { readonly n: number; readonly mean: number; readonly deviation: number | null }
  /** All runs agree. */
  | { readonly value: RunCell }
  /** Of numbers that nobody measured, e.g. seeds, and of times. */
  | { readonly low: number; readonly high: number }
  | { readonly statuses: Readonly<Partial<Record<RunStatus, number>>> }
  /** The number of different values of anything else. */
  | { readonly values: number }
  | null;

export interface RunGroup {
  /** The smallest id of its runs, which names the group. */
  readonly group: number;
  /** Number of its runs. */
  readonly size: number;
  /** Ids of its runs; null of a group with more than were asked for. */
  readonly members: readonly number[] | null;
  /** In the order of the columns that were asked for. */
  readonly cells: readonly GroupCell[];
}

interface Summary {
  /** Aggregates, each under its name. */
  readonly select: Readonly<Record<string, SQL>>;
  readonly cell: (found: Readonly<Record<string, unknown>>) => GroupCell;
}

/**
 * What groups of runs show.
 *
 * @param query `groups` has the ids of the runs of each group
 * @returns the cells of each group, in the order of the columns
 * @throws {SaeLabError} `filter.unknown-key`
 */
export async function groupCells(
  db: Db,
  {
    keys,
    columns,
    groups,
  }: Pick<RunTableQuery, 'keys' | 'columns'> & { readonly groups: ReadonlyMap<number, readonly number[]> },
): Promise<Map<number, GroupCell[]>> {
  if (groups.size === 0 || columns.length === 0) return new Map();
  const source = new RunSource();
  const wanted = columns.map((column) => keyNamed(keys, column, 'columns'));
  const values = wanted.map(
    (key, index) => sql`${source.valueOf(key)} as ${sql.identifier(`value_${index}`)}`,
  );
  const summaries = wanted.map((key, index) => summaryOf(key, sql`${sql.identifier(`value_${index}`)}`));
  const aggregates = summaries.flatMap(({ select }, index) =>
    Object.entries(select).map(
      ([name, aggregate]) => sql`${aggregate} as ${sql.identifier(`${name}_${index}`)}`,
    ),
  );
  const pairs = [...groups].flatMap(([group, ids]) => ids.map((id) => [id, group] as const));
  const ids = `{${pairs.map(([id]) => id).join()}}`;
  const groupOfEach = `{${pairs.map(([, group]) => group).join()}}`;
  // The list of ids limits the joins of the figures; the planner does not see as far as a join at the end.
  const found = await db.execute(sql`
    with member as (select * from unnest(${ids}::int[], ${groupOfEach}::int[]) as pair (run_id, "group"))
    select ${sql.join([sql`"group"`, ...aggregates], sql`, `)} from (
      select ${sql.join([sql`member."group"`, ...values], sql`, `)}
      from ${source.from} join member on member.run_id = ${runs.id} where ${runs.id} = any(${ids}::int[])
    ) as summed group by "group"`);
  return new Map(
    found.map((row) => [
      row['group'] as number,
      summaries.map(({ select, cell }, index) =>
        cell(Object.fromEntries(Object.keys(select).map((name) => [name, row[`${name}_${index}`]]))),
      ),
    ]),
  );
}

/** Fields that are measured, so that their mean says something. */
const MEASURED = new Set(['seconds', 'progress']);

function summaryOf({ key, kind, type }: StoredKey, value: SQL): Summary {
  if (type === 'number' && (kind === 'figure' || MEASURED.has(key))) return measured(value);
  switch (type) {
    case 'number':
      return range(value);
    case 'time':
      return range(sql`(extract(epoch from ${value}) * 1000)::float8`);
    case 'status':
      return statuses(value);
    case 'list':
      return distinct(sql`nullif(to_jsonb(${value}), '[]')`);
    case 'text':
      return distinct(sql`to_jsonb(${value})`);
    case 'setting':
      return setting(value);
  }
}

function measured(value: SQL): Summary {
  return {
    select: {
      n: sql`count(${value})::int`,
      mean: sql`avg(${value})::float8`,
      deviation: sql`stddev_samp(${value})::float8`,
    },
    cell: ({ n, mean, deviation }) => {
      if (n === 0) return null;
      if (!Number.isFinite(mean)) return { value: mean as number };
      return { n: n as number, mean: mean as number, deviation: deviation as number | null };
    },
  };
}

function range(value: SQL): Summary {
  return {
    select: { low: sql`min(${value})::float8`, high: sql`max(${value})::float8` },
    cell: ({ low, high }) => {
      if (low === null) return null;
      return low === high ? { value: low as number } : { low: low as number, high: high as number };
    },
  };
}

function statuses(value: SQL): Summary {
  return {
    select: Object.fromEntries(
      RUN_STATUSES.map((status) => [status, sql`(count(*) filter (where ${value} = ${status}::text))::int`]),
    ),
    cell: (counts) => {
      const present = Object.entries(counts).filter(([, count]) => count !== 0);
      return present.length === 1 ? { value: present[0]![0] } : { statuses: Object.fromEntries(present) };
    },
  };
}

/** @param json the value as JSON */
function distinct(json: SQL): Summary {
  return {
    // Runs without a value differ from those that have one.
    select: {
      values: sql`(count(distinct ${json}) + max((${json} is null)::int))::int`,
      first: sql`(array_agg(${json}) filter (where ${json} is not null))[1]`,
    },
    cell: ({ values, first }) => {
      if (first === null) return null;
      return values === 1 ? { value: first as RunCell } : { values: values as number };
    },
  };
}

/** The range of a setting that is a number in every run. */
function setting(value: SQL): Summary {
  const { select, cell } = distinct(sql`nullif(${value}, 'null')`);
  const number = settingNumber(value);
  return {
    select: {
      ...select,
      low: sql`min(${number})`,
      high: sql`max(${number})`,
      numbers: sql`(count(${number}) = count(*))`,
    },
    cell: (found) => {
      const common = cell(found);
      if (common === null || 'value' in common || found['numbers'] !== true) return common;
      return { low: found['low'] as number, high: found['high'] as number };
    },
  };
}
