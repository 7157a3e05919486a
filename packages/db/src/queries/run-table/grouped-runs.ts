import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../../connection/connect.ts';
import { runs } from '../../schema/index.ts';
import { compileFilter } from './compile-filter.ts';
import { groupCells, type RunGroup } from './group-cells.ts';
import { groupOf, type Grouping } from './group-of.ts';
import { keyNamed } from './key-named.ts';
import { inDirection, orderTerms } from './run-order.ts';
import { RunSource } from './run-source.ts';
import { runTableRows, type RunTableQuery, type RunTableRow } from './run-table.ts';

export interface GroupedPage {
  /** Groups and the members of open ones. */
  readonly total: number;
  readonly groups: number;
  readonly runs: number;
  readonly rows: readonly (RunGroup | RunTableRow)[];
}

interface Entry {
  /** Of a group, the smallest of its runs. */
  readonly id: number;
  /** The runs of a group; null for a member of the group above it. */
  readonly runIds: readonly number[] | null;
}

/**
 * A page of the table with its runs in groups. Groups are sorted as runs are: by the mean of a number, by the first text,
 * otherwise by the first of their runs in the usual order. Each open group is followed by its members, so that a page has as many rows as any.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function groupedRuns(
  db: Db,
  query: RunTableQuery & { readonly grouping: Grouping },
): Promise<GroupedPage> {
  const { keys, columns, grouping } = query;
  const { entries, ...counts } = await entriesOf(db, query);
  const groups = new Map(
    entries.flatMap(({ id, runIds }) => (runIds === null ? [] : [[id, runIds] as const])),
  );
  const members = entries.flatMap(({ id, runIds }) => (runIds === null ? [id] : []));
  const [cells, rows] = await Promise.all([
    groupCells(db, { keys, columns, groups }),
    runTableRows(db, { keys, columns, ids: members }),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    ...counts,
    rows: entries.flatMap(({ id, runIds }): (RunGroup | RunTableRow)[] => {
      // A run that was deleted in the meantime.
      if (runIds === null) return byId.has(id) ? [byId.get(id)!] : [];
      const size = runIds.length;
      const listed = size <= grouping.listed ? runIds : null;
      return [{ group: id, size, members: listed, cells: cells.get(id) ?? columns.map(() => null) }];
    }),
  };
}

async function entriesOf(
  db: Db,
  { keys, filter, order, offset, limit, grouping }: RunTableQuery & { readonly grouping: Grouping },
): Promise<Omit<GroupedPage, 'rows'> & { entries: readonly Entry[] }> {
  const source = new RunSource();
  const condition = filter === undefined ? sql`true` : compileFilter(filter, keys, source);
  const group = groupOf(keys, grouping.by, source);
  const terms = order === undefined ? [] : orderTerms(keys, order, source);
  const direction = order?.direction ?? 'desc';
  const isNumber = order !== undefined && keyNamed(keys, order.key, 'sort').type === 'number';
  const list = (parts: readonly SQL[]): SQL => sql.join([...parts], sql`, `);
  const names = terms.map((_, index) => sql.identifier(`term_${index}`));
  const ofGroup = names.map((name) =>
    isNumber ? sql`avg(${name})` : direction === 'asc' ? sql`min(${name})` : sql`max(${name})`,
  );
  const [page] = await db.execute<{
    total: number;
    groups: number;
    runs: number;
    entries: readonly (readonly [number, readonly number[] | null])[];
  }>(sql`
    with matching as (
      select ${list([
        sql`${runs.id} as id`,
        sql`${group} as "group"`,
        sql`row_number() over (order by ${list(source.usualOrder())}) as usual`,
        ...terms.map((term, index) => sql`${term} as ${names[index]!}`),
      ])}
      from ${source.from} where ${condition}
    ), placed as (
      select "group", min(id) as first,
        row_number() over (order by ${list([...inDirection(ofGroup, direction), sql`min(usual)`])}) as place
      from matching group by "group"
    ), entries as (
      select place, 0 as member, first as id, "group" from placed
      union all
      select place, row_number() over (partition by place order by ${list([
        ...inDirection(
          names.map((name) => sql`${name}`),
          direction,
        ),
        sql`usual`,
      ])}), id, null
      from matching join placed using ("group") where first = any(${`{${grouping.open.join()}}`}::int[])
    ), page as (
      select * from (
        select id, "group", row_number() over (order by place, member) as number from entries
      ) as numbered
      where number > ${offset} and number <= ${offset + limit}
    ), found as (
      select page.id, number, json_agg(matching.id order by matching.id) filter (where matching.id is not null) as run_ids
      from page left join matching on matching."group" = page."group" group by page.id, number
    )
    select (select count(*)::int from entries) as total,
      (select count(*)::int from placed) as groups,
      (select count(*)::int from matching) as runs,
      (select coalesce(json_agg(json_build_array(id, run_ids) order by number), '[]') from found) as entries`);
  const { entries, ...counts } = page!;
  return { ...counts, entries: entries.map(([id, runIds]) => ({ id, runIds })) };
}
