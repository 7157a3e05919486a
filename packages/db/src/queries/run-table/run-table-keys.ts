import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '../../connection/connect.ts';
import { FIELD_KEYS, type RunKey } from '../../filter/keys.ts';
import { evaluationFigures, figures, runKeys } from '../../schema/index.ts';

/** A key with where its values are stored. */
export interface StoredKey extends RunKey {
  /** Of a setting: the column, then the path in it. */
  readonly path?: readonly ['hyper' | 'config', ...string[]];
  /** Of a figure: whether runs have it, and evaluations. */
  readonly ofRuns?: boolean;
  readonly ofEvaluations?: boolean;
}

/** Everything that runs can be filtered, sorted and shown by: fields, then figures and settings in alphabetical order. */
export async function runTableKeys(db: Db): Promise<StoredKey[]> {
  const [ofRuns, ofEvaluations, settings] = await Promise.all([
    distinct(db, figures, figures.figure),
    distinct(db, evaluationFigures, evaluationFigures.figure),
    db.select().from(runKeys),
  ]);
  const taken = new Set(FIELD_KEYS.map(({ key }) => key));
  const figureKeys = [...new Set([...ofRuns, ...ofEvaluations])].filter((key) => !taken.has(key));
  for (const key of figureKeys) taken.add(key);
  return [
    ...FIELD_KEYS,
    ...figureKeys.toSorted().map((key): StoredKey => ({
      key,
      kind: 'figure',
      type: 'number',
      ofRuns: ofRuns.has(key),
      ofEvaluations: ofEvaluations.has(key),
    })),
    ...settings
      .filter(({ key }) => !taken.has(key))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ key, path }): StoredKey => ({ key, kind: 'setting', type: 'setting', path })),
  ];
}

/** The distinct values of a column that an index starts with: one lookup each, however many rows there are. */
async function distinct(db: Db, table: PgTable, column: PgColumn): Promise<Set<string>> {
  const next = (condition: SQL): SQL =>
    sql`(select ${column} from ${table} ${condition} order by ${column} limit 1)`;
  const rows = await db.execute<{ value: string }>(sql`
    with recursive found (value) as (
      ${next(sql``)}
      union all
      select ${next(sql`where ${column} > found.value`)} from found where found.value is not null
    )
    select value from found where value is not null`);
  return new Set(rows.map(({ value }) => value));
}
