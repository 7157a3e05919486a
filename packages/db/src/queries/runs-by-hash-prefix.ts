import { asc, between } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { runs } from '../schema/index.ts';

/**
 * Runs whose hash begins with these lower-case hex digits, in the order of their hashes.
 *
 * @param limit largest number of runs
 */
export function runsByHashPrefix(db: Db, prefix: string, limit: number) {
  const { id, hash, variant, hook, width, seed } = runs;
  return (
    db
      .select({ id, hash, variant, hook, width, seed })
      .from(runs)
      // A range, which the index on hashes serves whatever the database's collation; 'g' follows all hex digits.
      .where(between(hash, prefix, `${prefix}g`))
      .orderBy(asc(hash))
      .limit(limit)
  );
}
