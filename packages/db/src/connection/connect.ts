import { drizzle } from 'drizzle-orm/postgres-js';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import postgres, { type Options, type Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';
import * as schema from '../schema/index.ts';
import { unreachable } from './explain-error.ts';
import { numberArrays } from './number-arrays.ts';

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

/**
 * Opens the driver's connections and checks that they work.
 *
 * @throws SaeLabError `db.bad-url`, `db.unreachable`
 */
export async function reach(url: string, options: Options<{}>): Promise<Sql> {
  const { location, socketFolder } = parseDatabaseUrl(url);
  const sql = postgres(location, {
    ...(socketFolder !== undefined && { host: socketFolder }),
    connect_timeout: 10,
    connection: { application_name: 'sae-lab' },
    fetch_types: false,
    types: numberArrays,
    ...options,
  });
  try {
    await sql`select 1`;
    return sql;
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw unreachable(url, error);
  }
}

/**
 * libpq names a Unix socket's folder in `?host=`, which the driver would send to the server as a
 * setting: it is taken out of the URL here.
 */
function parseDatabaseUrl(url: string): { location: string; socketFolder: string | undefined } {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw badUrl('something that is not a URL');
  }
  if (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:') {
    throw badUrl(`the scheme ${parsed.protocol.slice(0, -1)}`);
  }
  const socketFolder = parsed.searchParams.get('host') ?? undefined;
  parsed.searchParams.delete('host');
  return { location: parsed.href, socketFolder };
}

function badUrl(received: string): SaeLabError {
  return new SaeLabError('db.bad-url', {
    problem: 'this is not the address of a Postgres database',
    field: 'DATABASE_URL',
    expected: 'postgres://user:password@host:5432/database',
    received,
    fix: 'Correct DATABASE_URL, or unset it to use the embedded database.',
  });
}
