import { cancelRuns, retryRuns } from '@sae-lab/db/reading';
import { z } from 'zod';
import { handle } from '../../../../requests/handle.ts';
import { checked } from '../../../../requests/route.ts';
import { runIds } from '../../../../requests/schemas.ts';

const body = z.object({ action: z.enum(['cancel', 'retry']), runIds });

/** Cancels or retries runs: `{ action: 'cancel' | 'retry', runIds }`. Runs that it does not apply to are left alone. */
export const POST = handle({ body }, ({ body: { action, runIds: ids } }) =>
  checked(async (db) => (action === 'cancel' ? cancelRuns(db, ids) : { retried: await retryRuns(db, ids) })),
);
