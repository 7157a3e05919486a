import 'server-only';
import { explainError, type Db } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { database } from './connection.ts';

export type Reading<T> = { data: T; problem?: never } | { problem: SaeLabError; data?: never };

/** Reads from the database. Problems with the database are returned for display; other errors are thrown. */
export async function read<T>(query: (db: Db) => Promise<T>): Promise<Reading<T>> {
  try {
    const { db } = await database();
    return { data: await query(db) };
  } catch (error) {
    const explained = explainError(error);
    if (explained instanceof SaeLabError) return { problem: explained };
    const refusal = refusalOf(error);
    if (refusal) return { problem: refusal };
    throw error;
  }
}

/** An error that the server itself reported, e.g. a missing database or table. */
function refusalOf(error: unknown): SaeLabError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    // Recognised by its fields: bundling the driver removed the name of its error class.
    if (!('severity' in at && 'routine' in at)) continue;
    return new SaeLabError('db.refused', {
      problem: 'the database reported an error',
      received: at.message,
      cause: error,
    });
  }
  return undefined;
}
