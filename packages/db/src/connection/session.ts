import type { Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';
import { inTurn } from './in-turn.ts';
import { reach } from './reach.ts';
import { explainError, isConnectionLost } from './explain-error.ts';

/** A single connection. What it claims is gone once it has broken, unless a pooler is in between. */
export interface Session {
  /**
   * @throws {SaeLabError} `db.connection-lost` once the connection has broken. It is not reopened silently, because the
   *   claims are gone
   */
  query<T>(ask: (sql: Sql) => PromiseLike<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens a session. It is not a connection reserved from a pool: a query on a broken one crashes the process with an
 * exception outside any promise (porsager/postgres#1208).
 *
 * @throws {SaeLabError} `db.bad-url`, `db.unreachable`
 */
export async function openSession(url: string): Promise<Session> {
  const broken = Promise.withResolvers<never>();
  // The rejection may come when nothing awaits it.
  broken.promise.catch(() => {});
  const breakOff = (): void => broken.reject(lost());
  // By default the driver replaces connections after half an hour.
  const sql = await reach(url, { max: 1, max_lifetime: null, onclose: breakOff });
  const next = inTurn();
  return {
    async query(ask) {
      // Checked first: the driver may never answer a query on a broken connection.
      const asked = next(() => Promise.race([broken.promise, Promise.resolve()]).then(() => ask(sql)));
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
    problem: 'the connection to the database was lost',
    fix: 'Start again. Unfinished runs resume from their last checkpoint.',
  });
}
