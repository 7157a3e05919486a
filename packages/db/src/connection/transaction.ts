import type { Db } from './connect.ts';
import { explainError, isConnectionLost } from './explain-error.ts';

/**
 * Runs `work` in a transaction and explains its errors. `work` must await nothing but queries: sending a statement after
 * the connection broke crashes the process.
 */
export async function inTransaction<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        // Throwing would make postgres.js send a rollback, which throws outside any promise if the socket is gone
        // (porsager/postgres#1154). The driver rejects the transaction itself once it notices.
        if (isConnectionLost(error)) await new Promise<never>(() => {});
        throw error;
      }
    });
  } catch (error) {
    throw explainError(error);
  }
}
