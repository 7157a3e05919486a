import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { SaeLabError } from '@sae-lab/errors';
import { checkServer, readOnlyError, serverFacts, type Access } from './check-server.ts';
import { connectDatabase, type Db } from './connect.ts';
import { explainError } from './explain-error.ts';

/** Any number that nothing else in the database uses: `pg_advisory_lock` keys share one namespace. */
const MIGRATION_LOCK = 7_236_114;

/**
 * Applies pending migrations. Several processes may call it at once.
 *
 * @throws {SaeLabError} `db.migrations-newer` if the database has migrations that this code does not know, and the codes
 *   of `check-server.ts`
 */
export async function migrateDatabase(url: string, access: Access = 'write'): Promise<void> {
  // One connection, since an advisory lock belongs to its session.
  const database = await connectDatabase({ url, max: 1 });
  const migrationsFolder = join(import.meta.dirname, '../../migrations');
  const known = readMigrationFiles({ migrationsFolder }).map(({ hash }) => hash);
  try {
    const facts = await serverFacts(database.sql);
    checkServer(facts, access);
    if (await isCurrent(database.db, known)) return;
    if (facts.readOnly) throw readOnlyError('a read-only database with pending migrations');
    await database.sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    if (await isCurrent(database.db, known)) return;
    await migrate(drizzle(database.sql), { migrationsFolder });
  } catch (error) {
    throw explainError(error);
  } finally {
    await database.close();
  }
}

async function isCurrent(db: Db, known: string[]): Promise<boolean> {
  const applied = await appliedMigrations(db);
  const unknown = applied.filter((hash) => !known.includes(hash));
  if (unknown.length > 0) {
    throw new SaeLabError('db.migrations-newer', {
      problem: 'the database belongs to a newer version of this project',
      expected: `at most the ${known.length} migrations of this version`,
      received: `${unknown.length} unknown ${unknown.length === 1 ? 'migration' : 'migrations'}`,
      fix: 'Update this checkout, or use another database (DATABASE_URL or --data).',
    });
  }
  return applied.length === known.length;
}

async function appliedMigrations(db: Db): Promise<string[]> {
  const [table] = await db.execute(sql`select to_regclass('drizzle.__drizzle_migrations') as name`);
  if (table?.['name'] === null) return [];
  const rows = await db.execute<{ hash: string }>(sql`select hash from drizzle.__drizzle_migrations`);
  return rows.map(({ hash }) => hash);
}
