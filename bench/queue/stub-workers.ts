// Workers of `pnpm bench:queue` whose runs train nothing. Each has its own claims; those of a process share the other
// connections, as the runs that one `pnpm worker` trains at once do. Forked with the URL and their number as arguments: it
// answers when they are ready, works when told to, and answers with the runs that they claimed.
import { once } from 'node:events';
import {
  openClaims,
  openDatabase,
  recordProgress,
  runById,
  saveResult,
  startRun,
  type Claims,
  type Database,
} from '@sae-lab/db';
import { openJobQueue, type JobQueue, type TrainInvitation } from '@sae-lab/sweep/queue';

/** The runs that the workers of a process claimed, in no particular order. */
export interface StubClaims {
  readonly runIds: readonly number[];
  /** Runs that a worker found claimed by another one, or over, although it was invited. */
  readonly refused: number;
}

const result = { figures: { l0: 1 }, histograms: [], artifacts: [], seconds: 0, finalStep: 1 };

const [url, count] = process.argv.slice(2);
const database = await openDatabase({ dataDir: '/nowhere', url: url! });
const queue = await openJobQueue(database, { supervise: false });
const claims = await Promise.all(Array.from({ length: Number(count) }, () => openClaims(database)));
process.send!('ready');
await once(process, 'message');

const runIds: number[] = [];
let refused = 0;
await Promise.all(claims.map((own) => work(own, queue, database)));
process.send!({ runIds, refused } satisfies StubClaims);
await Promise.all([...claims.map((own) => own.close()), queue.close()]);
await database.close();
process.disconnect();

/** Does what `pnpm worker` does with each run, but train it. */
async function work(own: Claims, jobs: JobQueue, { db }: Database): Promise<void> {
  for (let job = await jobs.take(['train.cpu']); job !== undefined; job = await jobs.take(['train.cpu'])) {
    const { runId } = (job.data as TrainInvitation).label;
    const isFree = await own.claim(runId);
    const row = isFree ? await runById(db, runId) : undefined;
    if (row === undefined || row.status !== 'queued') {
      refused += 1;
      if (isFree) await own.release(runId);
      continue;
    }
    runIds.push(runId);
    const attempt = { runId, attempt: (await startRun(db, runId, { provenance: {}, totalSteps: 1 }))! };
    await recordProgress(db, { ...attempt, step: 1 });
    await saveResult(db, { ...attempt, ...result });
    await own.release(runId);
    await jobs.done(job);
  }
}
