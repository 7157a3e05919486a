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
  readonly id: number;
  /** Null for a member of the group above it. */
  readonly size: number | null;
}

/**
 * A page of the table with its runs in groups. Groups are sorted as runs are: by the mean of a number, by the first text,
 * the newest first otherwise. Each open group is followed by its members, so that a page has as many rows as any.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function groupedRuns(
  db: Db,
  query: RunTableQuery & { readonly grouping: Grouping },
): Promise<GroupedPage> {
  const { keys, columns, grouping } = query;
  const { entries, ...counts } = await entriesOf(db, query);
  const groups = entries.flatMap(({ id, size }) => (size === null ? [] : [id]));
  const members = entries.flatMap(({ id, size }) => (size === null ? [id] : []));
  const [summaries, rows] = await Promise.all([
    groupCells(db, { ...query, grouping, groups }),
    runTableRows(db, { keys, columns, ids: members }),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    ...counts,
    rows: entries.flatMap(({ id, size }): (RunGroup | RunTableRow)[] =>
      size === null
        ? [byId.get(id) ?? []].flat()
        : [{ group: id, size, ...(summaries.get(id) ?? { members: null, cells: columns.map(() => null) }) }],
    ),
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
  const names = terms.map((_, index) => sql.identifier(`term_${index}`));
  const ofGroup = names.map((name) =>
    isNumber ? sql`avg(${name})` : direction === 'asc' ? sql`min(${name})` : sql`max(${name})`,
  );
  const list = (parts: readonly SQL[]): SQL => sql.join([...parts], sql`, `);
  const [page] = await db.execute<{
    total: number;
    groups: number;
    runs: number;
    entries: readonly (readonly [number, number | null])[];
  }>(sql`
    with matching as (
      select ${list([
        sql`${runs.id} as id`,
        sql`${group} as "group"`,
        ...terms.map((term, index) => sql`${term} as ${names[index]!}`),
      ])}
      from ${source.from} where ${condition}
    ), placed as (
      select "group", min(id) as first, count(*)::int as size,
        row_number() over (order by ${list([...inDirection(ofGroup, direction), sql`max(id) desc`])}) as place
      from matching group by "group"
    ), entries as (
      select place, 0 as member, first as id, size from placed
      union all
      select place, row_number() over (partition by place order by ${list([
        ...inDirection(
          names.map((name) => sql`${name}`),
          direction,
        ),
        sql`id desc`,
      ])}), id, null
      from matching join placed using ("group") where first = any(${`{${grouping.open.join()}}`}::int[])
    ), numbered as (
      select id, size, row_number() over (order by place, member) as number from entries
    )
    select (select count(*)::int from numbered) as total,
      (select count(*)::int from placed) as groups,
      (select count(*)::int from matching) as runs,
      (select coalesce(json_agg(json_build_array(id, size) order by number), '[]') from numbered
        where number > ${offset} and number <= ${offset + limit}) as entries`);
  const { entries, ...counts } = page!;
  return { ...counts, entries: entries.map(([id, size]) => ({ id, size })) };
}
