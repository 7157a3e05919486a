import { drizzle } from 'drizzle-orm/postgres-js';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import * as schema from '../schema/index.ts';
import { reach } from './reach.ts';

/** What every query takes first: the database, or a transaction in it. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, typeof schema>;

export interface Database {
  db: Db;
  /** The connection pool itself, e.g. for `sql.listen('sae_lab_runs', …)`. */
  sql: Sql;
  /** Where it is, for another process; may hold a password. */
  url: string;
  close(): Promise<void>;
}

export interface ConnectOptions {
  url: string;
  /** Largest number of connections, opened as they are needed. */
  max?: number;
  onNotice?: (message: string) => void;
}

/**
 * Connects to a database that is known to be migrated; `openDatabase` also finds and migrates it.
 *
 * @throws SaeLabError `db.bad-url`, or `db.unreachable` when nothing answers there.
 */
export async function connectDatabase({ url, max = 8, onNotice }: ConnectOptions): Promise<Database> {
  const sql = await reach(url, { max, onnotice: (notice) => onNotice?.(String(notice['message'])) });
  const db: Db = drizzle(sql, { schema, casing: 'snake_case' });
  // The driver waits the whole timeout for a connection that the server has broken off.
  return { db, sql, url, close: () => sql.end({ timeout: 1 }) };
}
