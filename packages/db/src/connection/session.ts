import type { Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';
import { reach } from './reach.ts';
import { explainError, isConnectionLost } from './explain-error.ts';

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
  const broken = Promise.withResolvers<never>();
  // Rejected whether or not anybody asks.
  broken.promise.catch(() => {});
  const breakOff = (): void => broken.reject(lost());
  // The driver would exchange a connection for a new one after half an hour.
  const sql = await reach(url, { max: 1, max_lifetime: null, onclose: breakOff });
  return {
    async query(ask) {
      // First of all, so that no query goes to a connection that broke: the driver may never answer it.
      const asked = Promise.race([broken.promise, Promise.resolve()]).then(() => ask(sql));
      try {
        return await Promise.race([broken.promise, asked]);
      } catch (error) {
        const explained = explainError(error);
        if (isConnectionLost(error)) breakOff();
        throw explained;
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
