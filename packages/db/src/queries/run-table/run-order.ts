import { sql, type SQL } from 'drizzle-orm';
import { keyNamed } from './key-named.ts';
import { natural } from './natural.ts';
import { settingNumber, settingText, type RunSource } from './run-source.ts';
import type { StoredKey } from './run-table-keys.ts';

export interface RunOrder {
  readonly key: string;
  readonly direction: 'asc' | 'desc';
}

/**
 * What runs are sorted by, the most important first. Of a setting, numbers come before text. Of a list, the first text
 * counts.
 *
 * @throws {SaeLabError} `filter.unknown-key`
 */
export function orderTerms(keys: readonly StoredKey[], order: RunOrder, source: RunSource): SQL[] {
  const key = keyNamed(keys, order.key, 'sort');
  const value = source.valueOf(key);
  switch (key.type) {
    case 'setting':
      return [settingNumber(value), natural(settingText(value))];
    case 'list':
      return [natural(sql`(${value})[1]`)];
    case 'text':
    case 'status':
      return [natural(value)];
    case 'number':
    case 'time':
      return [value];
  }
}

/** Missing values come last in both directions. */
export function inDirection(terms: readonly SQL[], direction: 'asc' | 'desc'): SQL[] {
  return terms.map((term) => sql`${term} ${sql.raw(direction)} nulls last`);
}
