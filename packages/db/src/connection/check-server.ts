import type { Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';

/** The oldest version that has every feature the queries use and returns numbers exactly as stored. */
const OLDEST_VERSION = 14;

/** What a command needs from the database. */
export type Access = 'read' | 'write';

export interface ServerFacts {
  /** E.g. 180004. */
  version: number;
  encoding: string;
  database: string;
  /** A standby, or a database or role with `default_transaction_read_only`. */
  readOnly: boolean;
}

export async function serverFacts(sql: Sql): Promise<ServerFacts> {
  const [facts] = await sql<ServerFacts[]>`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
      current_database() as database,
      pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "readOnly"`;
  return facts!;
}

/**
 * Refuses a server that could not store every value unchanged.
 *
 * @throws {SaeLabError} `db.server-too-old`, `db.encoding`, `db.read-only`
 */
export function checkServer({ version, encoding, database, readOnly }: ServerFacts, access: Access): void {
  if (version < OLDEST_VERSION * 10_000) {
    throw new SaeLabError('db.server-too-old', {
      problem: 'the Postgres server is too old',
      field: 'DATABASE_URL',
      expected: `Postgres ${OLDEST_VERSION} or newer`,
      received: `Postgres ${Math.floor(version / 10_000)}`,
      fix: 'Use a newer server, or unset DATABASE_URL to use the embedded one.',
    });
  }
  if (encoding !== 'UTF8') {
    throw new SaeLabError('db.encoding', {
      problem: 'the database cannot store all text',
      field: 'DATABASE_URL',
      expected: 'a database with the encoding UTF8',
      received: `${encoding} in the database ${JSON.stringify(database)}`,
      fix: "Create one (CREATE DATABASE sae_lab ENCODING 'UTF8' TEMPLATE template0) and set DATABASE_URL to it.",
    });
  }
  if (readOnly && access === 'write') throw readOnlyError('a read-only server, database or user');
}

export function readOnlyError(received: string): SaeLabError {
  return new SaeLabError('db.read-only', {
    problem: 'the database is read-only',
    field: 'DATABASE_URL',
    expected: 'a writable database',
    received,
    fix: 'Set DATABASE_URL to the primary server, with default_transaction_read_only off for the database and user. `pnpm dashboard` works with a read-only database.',
  });
}
