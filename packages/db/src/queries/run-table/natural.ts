import { sql, type SQL } from 'drizzle-orm';

/** Every number of a text with ten digits, so that `blocks.2` comes before `blocks.10`. */
export function natural(text: SQL): SQL {
  const padded = sql`regexp_replace((${text})::text, '(\\d+)', '0000000000\\1', 'g')`;
  return sql`(regexp_replace(${padded}, '\\d*(\\d{10})', '\\1', 'g') collate "C")`;
}
