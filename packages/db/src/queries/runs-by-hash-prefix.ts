import { asc, between } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { runs } from '../schema/index.ts';

/**
 * Runs whose hash starts with these lower-case hex digits, sorted by hash.
 *
 * @param limit the largest number of runs to return
 */
export function runsByHashPrefix(db: Db, prefix: string, limit: number) {
  const { id, runHash, variant, hook, width, seed } = runs;
  return (
    db
      .select({ id, runHash, variant, hook, width, seed })
      .from(runs)
      // A range, so that the index is used whatever the database's collation. 'g' sorts after every hex digit.
      .where(between(runHash, prefix, `${prefix}g`))
      .orderBy(asc(runHash))
      .limit(limit)
  );
}
