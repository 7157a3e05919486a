import 'server-only';
import type { Db } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { answer, refusal } from '../all-runs/answer.ts';

/** Answers like `answer`; an error of the request itself becomes a refusal that says what is wrong. */
export function checked<T>(query: (db: Db) => T | Promise<T>): Promise<Response> {
  return answer(async (db) => {
    try {
      return await query(db);
    } catch (error) {
      if (error instanceof SaeLabError && !error.code.startsWith('db.')) return refusal(error);
      throw error;
    }
  });
}

export function noSuchPage(): Response {
  return refusal(
    {
      code: 'dashboard.unknown-request',
      message: 'The database does not have this sweep or run. It may have been deleted.',
    },
    404,
  );
}
