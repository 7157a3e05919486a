import { livingWorkers, pendingRunsOf, silentSeconds, type Database } from '@sae-lab/db';
import { dataArgument } from '../report/dashboard-command.ts';
import { openJobQueue } from './job-queue.ts';
import type { QueueName, TrainingQueue } from './queues.ts';

/**
 * What is missing for a sweep's work to continue, in words; undefined if work waits for nothing but its turn.
 *
 * @param waitedMs since anything changed
 */
export async function missingWorkers(
  database: Database,
  sweepId: number,
  { training, waitedMs, dataDir }: { training: TrainingQueue; waitedMs: number; dataDir: string },
): Promise<string | undefined> {
  const workers = await livingWorkers(database.db);
  const served = new Set(workers.flatMap(({ queues }) => queues));
  const key = `sweep ${sweepId}`;
  const queue = await openJobQueue(database, { supervise: false });
  let needed: QueueName[];
  try {
    // The other work of a sweep.
    for (const name of ['extract', 'evaluate'] as const) if (await queue.isTaken(name, key)) return undefined;
    const pending = await pendingRunsOf(database.db, sweepId);
    const isOutstanding = async (name: QueueName): Promise<QueueName[]> =>
      (await queue.isOutstanding(name, key)) ? [name] : [];
    needed = [
      ...(pending > 0 ? [training] : []),
      ...(await isOutstanding('extract')),
      ...(await isOutstanding('evaluate')),
    ];
  } finally {
    await queue.close();
  }
  const missing = needed.filter((name) => !served.has(name));
  if (missing.length > 0) {
    const others =
      workers.length === 0 ? 'No worker is running' : `No worker serves ${missing.join(' and ')}`;
    const have = workers.length === 0 ? '' : ` (running: ${[...served].toSorted().join(', ')})`;
    const device = missing.includes('train.gpu') ? ' --device auto' : '';
    return `${others}${have}. Start one: pnpm worker --queues ${missing.join(',')}${device}${dataArgument(dataDir)}`;
  }
  // The runs of a worker that died are free after its timeout.
  if (needed.length === 0 || waitedMs < 3000 * silentSeconds()) return undefined;
  return (
    `${workers.length} ${workers.length === 1 ? 'worker is' : 'workers are'} running, but none has taken the work that is ` +
    'left. Their output says what they lack.'
  );
}
