import { sql, type SQL } from 'drizzle-orm';
import { keyNamed } from './key-named.ts';
import { settingText, type RunSource } from './run-source.ts';
import type { StoredKey } from './run-table-keys.ts';

/** Which runs form a group: those that agree in all of these keys. */
export interface Grouping {
  readonly by: readonly string[];
  /** Groups whose members follow them, each named by its run with the smallest id. */
  readonly open: readonly number[];
  /** Groups of at most this many runs list their members. */
  readonly listed: number;
}

/** Equal for runs of one group. A missing value is a value, too. */
export function groupOf(keys: readonly StoredKey[], by: readonly string[], source: RunSource): SQL {
  const texts = by.map((name) => {
    const key = keyNamed(keys, name, 'group');
    const value = source.valueOf(key);
    return key.type === 'setting' ? settingText(value) : sql`(${value})::text`;
  });
  return sql`jsonb_build_array(${sql.join(texts, sql`, `)})::text`;
}
