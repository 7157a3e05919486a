import { drizzle } from 'drizzle-orm/postgres-js';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import postgres, { type Options, type Sql } from 'postgres';
import * as schema from '../schema/index.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { driverOptions } from './driver-options.ts';
import { unreachable } from './explain-connecting.ts';
import { isServerAnswer } from './server-error.ts';
import { numberArrays } from './number-arrays.ts';
import { missingSettings } from './session-settings.ts';
import { sessionMismatch, wantedSession, type SessionKind } from './target-session.ts';

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
 * Opens the driver's connections to the first server of the URL that can be used, and checks that they work.
 *
 * @throws SaeLabError `db.bad-url`, `db.unreachable` and the more telling ones of `explain-connecting.ts`
 */
export async function reach(url: string, options: Options<{}>): Promise<Sql> {
  const address = parseDatabaseUrl(url);
  const wanted = wantedSession(address);
  const refusals: unknown[] = [];
  for (const host of address.hosts) {
    for (const settings of driverOptions(address, host)) {
      const open = (connection: Record<string, string>) =>
        withoutVariables(() =>
          postgres({
            ...DRIVER,
            ...settings,
            ...options,
            connection: { ...settings.connection, ...connection },
          } as Options<{}>),
        );
      const outcome = await checked(open, wanted);
      if ('sql' in outcome) return outcome.sql;
      refusals.push(outcome.refusal);
    }
  }
  // Of several servers, what one has to say tells more than that another one is silent.
  throw unreachable(address, refusals.find(isServerAnswer) ?? refusals[0]);
}

/** Opens connections, a second time where their settings must be others. */
async function checked(
  open: (connection: Record<string, string>) => Sql,
  wanted: SessionKind,
): Promise<{ sql: Sql } | { refusal: unknown }> {
  let sql = open({});
  try {
    const mismatch = await sessionMismatch(sql, wanted);
    if (mismatch !== undefined) throw new Error(mismatch);
    const missing = await missingSettings(sql);
    if (Object.keys(missing).length === 0) return { sql };
    await sql.end({ timeout: 1 });
    sql = open(missing);
    await sql`select 1`;
    return { sql };
  } catch (refusal) {
    await sql.end({ timeout: 0 });
    return { refusal };
  }
}

// Without a listener the driver prints notices on standard output.
const DRIVER: Options<{}> = { fetch_types: false, types: numberArrays, onnotice: () => {} };

/** The driver would take settings from `PG…` variables; those that count are in the address already. */
function withoutVariables<T>(make: () => T): T {
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('PG'));
  for (const [name] of variables) delete process.env[name];
  try {
    return make();
  } finally {
    for (const [name, value] of variables) process.env[name] = value;
  }
}
