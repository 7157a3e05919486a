import type { Sql } from 'postgres';
import type { DatabaseAddress } from './database-url.ts';
import { badUrl, DATABASE_URL } from './url-error.ts';

const KINDS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionKind = (typeof KINDS)[number];

/** The kind of server that the URL asks for. `prefer-standby` accepts any. */
export function wantedSession({ parameters }: DatabaseAddress): SessionKind {
  const text = parameters.get('target_session_attrs') ?? 'any';
  const kind = KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw badUrl(JSON.stringify(text), `one of ${KINDS.join(', ')}`, `${DATABASE_URL}, target_session_attrs`);
}

/** How the server differs from the requested kind; undefined if it matches. */
export async function sessionMismatch(sql: Sql, wanted: SessionKind): Promise<string | undefined> {
  if (wanted === 'any' || wanted === 'prefer-standby') return undefined;
  const [row] = await sql<{ standby: boolean; readOnly: string }[]>`
    select pg_is_in_recovery() as standby, current_setting('transaction_read_only') as "readOnly"`;
  const standby = row!.standby;
  const readOnly = standby || row!.readOnly === 'on';
  const is = { 'read-write': !readOnly, 'read-only': readOnly, primary: !standby, standby }[wanted];
  return is ? undefined : `target_session_attrs requires ${wanted}, which this server is not`;
}
