import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles, type MigrationMeta } from 'drizzle-orm/migrator';
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
  const database = await connectDatabase({ url, max: 1 });
  const migrationsFolder = join(import.meta.dirname, '../../migrations');
  const migrations = readMigrationFiles({ migrationsFolder });
  const known = migrations.map(({ hash }) => hash);
  try {
    const facts = await serverFacts(database.sql);
    checkServer(facts, access);
    if (await isCurrent(database.db, known)) return;
    if (facts.readOnly) throw readOnlyError('a read-only database with pending migrations');
    await database.db.transaction(async (tx) => {
      // Until the end of the transaction: behind a pooler, a lock of the session would stay with another client.
      await tx.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      if (!(await isCurrent(tx, known))) await apply(tx, migrations);
    });
  } catch (error) {
    throw explainError(error);
  } finally {
    await database.close();
  }
}

type Queries = Pick<Db, 'execute'>;

/** What drizzle's `migrate` does, which begins its own transaction and so cannot be part of one that holds a lock. */
async function apply(tx: Queries, migrations: readonly MigrationMeta[]): Promise<void> {
  await tx.execute(sql`create schema if not exists drizzle`);
  await tx.execute(sql`create table if not exists drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`);
  const applied = new Set(await appliedMigrations(tx));
  for (const migration of migrations) {
    if (applied.has(migration.hash)) continue;
    for (const statement of migration.sql) await tx.execute(sql.raw(statement));
    await tx.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at)
      values (${migration.hash}, ${migration.folderMillis})`);
  }
}

async function isCurrent(db: Queries, known: string[]): Promise<boolean> {
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

async function appliedMigrations(db: Queries): Promise<string[]> {
  const [table] = await db.execute(sql`select to_regclass('drizzle.__drizzle_migrations') as name`);
  if (table?.['name'] === null) return [];
  const rows = await db.execute<{ hash: string }>(sql`select hash from drizzle.__drizzle_migrations`);
  return rows.map(({ hash }) => hash);
}
