import { sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';

/**
 * Identifies this database among all databases: the identity that Postgres gave its cluster when it was made, and the
 * number of the database in it. A restored dump has another one.
 */
export async function clusterId(db: Db): Promise<string> {
  const [row] = await db.execute<{ id: string }>(sql`
    select system_identifier::text || '.' || (select oid from pg_database where datname = current_database()) as id
    from pg_control_system()`);
  return row!.id;
}
