import { drizzle } from 'drizzle-orm/postgres-js';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import * as schema from '../schema/index.ts';
import { reach } from './reach.ts';

/** The first argument of every query: the database, or a transaction in it. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, typeof schema>;

export interface Database {
  db: Db;
  /** The connection pool itself, e.g. for `sql.listen('sae_lab_runs', …)`. */
  sql: Sql;
  /** The URL, for other processes. It may contain a password. */
  url: string;
  close(): Promise<void>;
}

export interface ConnectOptions {
  url: string;
  /** The largest number of connections. They are opened on demand. */
  max?: number;
  onNotice?: (message: string) => void;
}

/**
 * Connects to a migrated database. Use `openDatabase` to start and migrate it first.
 *
 * @throws {SaeLabError} `db.bad-url`, or `db.unreachable` if no server answers
 */
export async function connectDatabase({ url, max = 8, onNotice }: ConnectOptions): Promise<Database> {
  const sql = await reach(url, { max, onnotice: (notice) => onNotice?.(String(notice['message'])) });
  const db: Db = drizzle(sql, { schema, casing: 'snake_case' });
  // Short, because the driver waits the whole timeout for a connection that the server has closed.
  return { db, sql, url, close: () => sql.end({ timeout: 1 }) };
}
