// cspell:ignore strpos
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/connect.ts';
import { findKey } from '../../filter/keys.ts';
import { RunSource, settingText } from './run-source.ts';
import type { StoredKey } from './run-table-keys.ts';

/**
 * Values that runs have under a key, the most frequent first, for completion.
 *
 * @param typed part of the value, whatever the case of its letters
 */
export async function runKeyValues(
  db: Db,
  {
    keys,
    key: name,
    typed,
    limit,
  }: { keys: readonly StoredKey[]; key: string; typed: string; limit: number },
): Promise<string[]> {
  const key = findKey(keys, name);
  // Nobody types one of thousands of measured numbers or times.
  if (!key || key.kind === 'figure' || key.type === 'time') return [];
  const source = new RunSource();
  const value = source.valueOf(key);
  const text =
    key.type === 'list'
      ? sql`unnest(${value})`
      : key.type === 'setting'
        ? settingText(value)
        : sql`(${value})::text`;
  const rows = await db.execute<{ value: string }>(sql`
    select value from (select ${text} as value from ${source.from}) as found
    where value is not null and strpos(lower(value), lower(${typed}::text)) > 0
    group by value order by count(*) desc, value limit ${limit}`);
  return rows.map((row) => row.value);
}
