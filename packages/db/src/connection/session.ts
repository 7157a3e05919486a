import type { Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';
import { reach } from './connect.ts';
import { explainError } from './explain-error.ts';

/** One connection, for what Postgres ties to it: advisory locks are held until it closes, however it does. */
export interface Session {
  /**
   * @throws SaeLabError `db.connection-lost` once it has broken: it is never renewed behind its owner's back,
   *   whose locks are gone
   */
  query<T>(ask: (sql: Sql) => PromiseLike<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Not a connection reserved from a pool: a query on one that has broken ends the process, by an exception
 * outside of any promise (porsager/postgres#1208).
 *
 * @throws SaeLabError `db.bad-url`, `db.unreachable`
 */
export async function openSession(url: string): Promise<Session> {
  let closed = false;
  // The driver would exchange a connection for a new one after half an hour.
  const sql = await reach(url, { max: 1, max_lifetime: null, onclose: () => (closed = true) });
  return {
    async query(ask) {
      if (closed) throw lost();
      try {
        return await ask(sql);
      } catch (error) {
        throw explainError(error);
      }
    },
    close: () => sql.end({ timeout: 1 }),
  };
}

function lost(): SaeLabError {
  return new SaeLabError('db.connection-lost', {
    problem: 'the connection to the database broke',
    fix: 'Start again: unfinished runs go on from their last checkpoint.',
  });
}
