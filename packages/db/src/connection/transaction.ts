import type { Db } from './connect.ts';
import { explainError, isConnectionLost } from './explain-error.ts';

/**
 * Runs `work` in a transaction: all of it is stored, or none. Errors come out explained. `work`
 * awaits queries only: a statement that is sent after the connection broke ends the process.
 */
export async function inTransaction<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        // postgres.js would now send a rollback, and throws outside of any promise when the socket is
        // gone (porsager/postgres#1154). It rejects the transaction by itself when it sees that.
        if (isConnectionLost(error)) await new Promise<never>(() => {});
        throw error;
      }
    });
  } catch (error) {
    throw explainError(error);
  }
}
