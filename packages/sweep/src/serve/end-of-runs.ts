import {
  pendingRunsOf,
  saesOfSweep,
  settleSweep,
  sweepById,
  type Database,
  type Db,
  type Sweep,
} from '@sae-lab/db';
import { storedData } from '../evaluate/target/stored-data.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Origin } from '../queue/queues.ts';

/** Ends sweeps whose runs are all over, or invites to evaluate them first. Does nothing for other sweeps. */
export async function endOfRuns(
  { database: { db }, queue }: { database: Database; queue: JobQueue },
  { commit, projectRoot }: Omit<Origin, 'sweepId'>,
  sweepIds: readonly number[],
): Promise<void> {
  for (const sweepId of sweepIds) {
    if ((await pendingRunsOf(db, sweepId)) > 0) continue;
    const sweep = await sweepById(db, sweepId);
    if (sweep === undefined || !(await asksForEvaluations(db, sweep))) await settleSweep(db, sweepId);
    else {
      const data = { sweepId, commit, projectRoot };
      await queue.invite('evaluate', [{ key: `sweep ${sweepId}`, data, priority: sweep.priority }]);
    }
  }
}

async function asksForEvaluations(db: Db, sweep: Sweep): Promise<boolean> {
  if (sweep.cancelRequestedAt !== null) return false;
  return (
    storedData(sweep.definition, `the sweep ${sweep.name}`).also.length > 0 ||
    (await saesOfSweep(db, sweep.id)).length > 0
  );
}
