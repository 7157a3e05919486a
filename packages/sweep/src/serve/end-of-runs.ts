import { pendingRunsOf, saesOfSweep, settleSweep, sweepById, type Database, type Db } from '@sae-lab/db';
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
    if (!(await asksForEvaluations(db, sweepId))) await settleSweep(db, sweepId);
    else
      await queue.invite('evaluate', [{ key: `sweep ${sweepId}`, data: { sweepId, commit, projectRoot } }]);
  }
}

async function asksForEvaluations(db: Db, sweepId: number): Promise<boolean> {
  const sweep = await sweepById(db, sweepId);
  if (sweep === undefined || sweep.cancelRequestedAt !== null) return false;
  return (
    storedData(sweep.definition, `the sweep ${sweep.name}`).also.length > 0 ||
    (await saesOfSweep(db, sweepId)).length > 0
  );
}
