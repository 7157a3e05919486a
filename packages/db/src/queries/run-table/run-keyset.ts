// cspell:ignore timestamptz
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../../connection/connect.ts';
import { runs } from '../../schema/index.ts';
import { compileFilter } from './compile-filter.ts';
import { keyNamed } from './key-named.ts';
import { inDirection, orderTerms, type RunOrder } from './run-order.ts';
import { RunSource } from './run-source.ts';
import { runTableRows, type RunTableQuery, type RunTableRow } from './run-table.ts';

/** A place between two runs of a sorted table: what the run before it is sorted by, as text, and its id. */
export interface RunPosition {
  readonly values: readonly (string | null)[];
  readonly id: number;
}

interface RunKeysetPage {
  readonly rows: readonly RunTableRow[];
  /** Where the next page starts; null after the last one. */
  readonly next: RunPosition | null;
}

/**
 * The rows of the table of all runs that follow a position: without an order, and among equals, the newest runs first. Runs that are added or deleted between two pages neither
 * repeat nor skip others, and a late page takes no longer than the first.
 *
 * @param query `after` is absent for the first page
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function runsAfter(
  db: Db,
  {
    keys,
    filter,
    order,
    columns,
    after,
    limit,
  }: Omit<RunTableQuery, 'offset'> & { readonly after?: RunPosition | undefined },
): Promise<RunKeysetPage> {
  const source = new RunSource();
  const condition = filter === undefined ? sql`true` : compileFilter(filter, keys, source);
  const terms = order === undefined ? [] : orderTerms(keys, order, source);
  const types = order === undefined ? [] : typesOf(keyNamed(keys, order.key, 'sort').type);
  const direction = order?.direction ?? 'desc';
  const follows = after === undefined ? sql`true` : following(terms, types, direction, after);
  const values = terms.map((term, index) => sql`, (${term})::text as ${name(index)}`);
  const found = await db.execute<{ id: number } & Record<string, string | null>>(sql`
    select ${runs.id} as id ${sql.join(values, sql``)} from ${source.from} where ${condition} and ${follows}
    order by ${sql.join([...inDirection(terms, direction), sql`${runs.id} desc`], sql`, `)} limit ${limit + 1}`);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const ids = page.map(({ id }) => id);
  return {
    rows: await runTableRows(db, { keys, columns, ids }),
    next:
      last === undefined ? null : { values: terms.map((_, index) => last[`term_${index}`]!), id: last.id },
  };
}

const name = (index: number): SQL => sql`${sql.identifier(`term_${index}`)}`;

/** The types of the terms of `orderTerms`, which read the text of a value back. */
function typesOf(type: ReturnType<typeof keyNamed>['type']): string[] {
  switch (type) {
    case 'setting':
      return ['float8', 'text'];
    case 'number':
      return ['float8'];
    case 'time':
      return ['timestamptz'];
    case 'list':
    case 'text':
    case 'status':
      return ['text'];
  }
}

/** What comes after a position. Missing values come last in both directions, and among equals the newest run first. */
function following(
  terms: readonly SQL[],
  types: readonly string[],
  direction: RunOrder['direction'],
  { values, id }: RunPosition,
): SQL {
  const comparison = sql.raw(direction === 'asc' ? '>' : '<');
  const given = terms.map((_, index) => sql`${values[index] ?? null}::${sql.raw(types[index]!)}`);
  const equal = terms.map((term, index) => sql`${term} is not distinct from ${given[index]!}`);
  const beyond = terms.flatMap((term, index) =>
    values[index] == null
      ? []
      : [both([...equal.slice(0, index), sql`(${term} ${comparison} ${given[index]!} or ${term} is null)`])],
  );
  return sql`(${sql.join([...beyond, both([...equal, sql`${runs.id} < ${id}`])], sql` or `)})`;
}

function both(conditions: readonly SQL[]): SQL {
  return sql`(${sql.join([...conditions], sql` and `)})`;
}
