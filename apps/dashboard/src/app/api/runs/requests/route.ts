import { cancelRuns, retryRuns } from '@sae-lab/db/reading';
import { describeValue, SaeLabError } from '@sae-lab/errors';
import { bodyOf, runIdsOf } from '../../../../all-runs/request-body.ts';
import { checked } from '../../../../requests/route.ts';

/** Cancels or retries runs: `{ action: 'cancel' | 'retry', runIds }`. Runs that it does not apply to are left alone. */
export async function POST(request: Request): Promise<Response> {
  const { action, runIds } = await bodyOf(request);
  const ids = runIdsOf(runIds);
  return checked(async (db) => {
    if (action === 'cancel') return cancelRuns(db, ids);
    if (action === 'retry') return { retried: await retryRuns(db, ids) };
    throw new SaeLabError('dashboard.unknown-request', {
      problem: 'is not something that can be asked of a run',
      field: 'action',
      expected: "'cancel' or 'retry'",
      received: describeValue(action),
    });
  });
}
