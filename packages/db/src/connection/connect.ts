import { drizzle } from 'drizzle-orm/postgres-js';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import * as schema from '../schema/index.ts';
import { isPooled } from './pooled.ts';
import { reach } from './reach.ts';

/** Of a vacuum that skips a table which is locked at the moment. Nobody needs to do anything: a later one comes. */
const LOCK_NOT_AVAILABLE = '55P03';

/** The first argument of every query: the database, or a transaction in it. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, typeof schema>;

export interface Database {
  db: Db;
  /** The connection pool itself, e.g. for `sql.listen('sae_lab_runs', …)`. */
  sql: Sql;
  /** The URL, for other processes. It may contain a password. It says if a pooler shares sessions: see `isPooled`. */
  url: string;
  /** A URL of the same database that leads past such a pooler, if one is known. */
  directUrl?: string | undefined;
  close(): Promise<void>;
}

/** The queries' view of a connection. */
export function dbOn(sql: Sql): Db {
  return drizzle(sql, { schema, casing: 'snake_case' });
}

export interface ConnectOptions extends Pick<Database, 'url' | 'directUrl'> {
  /** The largest number of connections. They are opened on demand. */
  max?: number;
  onNotice?: (message: string) => void;
}

/**
 * Connects to a migrated database. Use `openDatabase` to start and migrate it first.
 *
 * @throws {SaeLabError} `db.bad-url`, or `db.unreachable` if no server answers
 */
export async function connectDatabase({
  url,
  directUrl,
  // Behind a pooler no connection may be asked twice at once (see `inTurn`), and connections cost little.
  max = isPooled(url) ? 64 : 8,
  onNotice,
}: ConnectOptions): Promise<Database> {
  const sql = await reach(url, {
    max,
    onnotice: ({ code, message }) => {
      if (code !== LOCK_NOT_AVAILABLE) onNotice?.(String(message));
    },
  });
  const db = dbOn(sql);
  // Short, because the driver waits the whole timeout for a connection that the server has closed.
  return { db, sql, url, directUrl, close: () => sql.end({ timeout: 1 }) };
}
