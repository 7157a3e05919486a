import { pendingRunsOf, queuedSweepsOf, runsOfSweep, type Database } from '@sae-lab/db';
import { gatherProvenance } from './provenance.ts';
import { openJobQueue } from '../queue/job-queue.ts';
import { endOfRuns } from '../serve/end-of-runs.ts';

/**
 * Ends other sweeps in the queue whose last runs were trained here: no worker would look at them again. Those that ask for
 * evaluations get an invitation.
 */
export async function settleOthers(
  database: Database,
  sweepId: number,
  options: Omit<Parameters<typeof gatherProvenance>[1], 'threads' | 'commits'> & {
    readonly projectRoot: string;
  },
): Promise<void> {
  const { db } = database;
  const runIds = (await runsOfSweep(db, sweepId)).map(({ id }) => id);
  const others: number[] = [];
  for (const id of await queuedSweepsOf(db, runIds)) if ((await pendingRunsOf(db, id)) === 0) others.push(id);
  if (others.length === 0) return;
  const { projectRoot } = options;
  const { commit } = await gatherProvenance(projectRoot, { ...options, threads: 1, commits: {} });
  const queue = await openJobQueue(database, { supervise: false });
  try {
    await endOfRuns({ database, queue }, { commit, projectRoot }, others);
  } finally {
    await queue.close();
  }
}
