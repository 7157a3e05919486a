import { runKeyValues, runTableKeys } from '@sae-lab/db/reading';
import { z } from 'zod';
import { answer } from '../../../../all-runs/answer.ts';
import { handle } from '../../../../requests/handle.ts';
import { single, storable } from '../../../../requests/schemas.ts';

const query = z.object({ key: single.default(''), typed: single.default('').pipe(storable) });

/** `/api/runs/values?key=variant&typed=to`: values that runs have under a key, for completion. */
export const GET = handle({ query }, ({ query: { key, typed } }) =>
  answer(async (db) => runKeyValues(db, { keys: await runTableKeys(db), key, typed, limit: 12 })),
);
