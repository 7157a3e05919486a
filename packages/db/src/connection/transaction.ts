import type { Db } from './connect.ts';
import { explainError, isConnectionLost } from './explain-error.ts';

/**
 * Runs `work` in a transaction and explains its errors. `work` must await nothing but queries: sending a statement after
 * the connection broke crashes the process.
 */
export async function inTransaction<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  const lost = Promise.withResolvers<never>();
  try {
    const transaction = db.transaction(async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        // Throwing would make postgres.js send a rollback, which throws outside any promise if the socket is gone
        // (porsager/postgres#1154). Nor does the driver always reject the transaction itself: without a socket, nothing
        // would keep the process alive until it does.
        if (isConnectionLost(error)) {
          lost.reject(error);
          await new Promise<never>(() => {});
        }
        throw error;
      }
    });
    return await Promise.race([transaction, lost.promise]);
  } catch (error) {
    throw explainError(error);
  }
}
