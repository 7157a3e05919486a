import { sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import type { Claims } from '../queries/claims.ts';
import type { Attempt } from '../queries/fence.ts';
import { enqueueRuns, type NewRun } from '../queries/enqueue-runs.ts';
import { startRun } from '../queries/run-lifecycle.ts';
import { upsertSweep } from '../queries/sweeps.ts';

let count = 0;

/** A unique run, apart from the given fields. */
export function newRun(given: Partial<NewRun> = {}): NewRun {
  count += 1;
  return {
    runHash: `run-${process.pid}-${count}`,
    variant: 'topk',
    mathVersion: 1,
    hyper: { k: 32 },
    hook: 'blocks.3.hook_resid_post',
    width: 4096,
    seed: 0,
    activationsId: 'activations-1',
    config: { learningRate: 3e-4 },
    lossConvention: 'unit-norm',
    ...given,
  };
}

/**
 * The id of a unique sweep.
 *
 * @param queue where its runs wait for workers
 */
export async function newSweep(db: Db, queue?: string): Promise<number> {
  count += 1;
  const definitionHash = `sweep-${process.pid}-${count}`;
  const sweep = {
    name: 'sample',
    definitionHash,
    definition: { widths: [4096] },
    file: 'experiments/sample.ts',
    source: 'export default defineSweep({})',
  };
  const { id } = await upsertSweep(db, sweep, queue);
  return id;
}

/** As if the process of these claims had said nothing for a minute. */
export async function silence(db: Db, { holderId }: Claims): Promise<void> {
  await db.execute(
    sql`update claim_holders set seen_at = now() - interval '1 minute' where id = ${holderId}`,
  );
}

/** A started run of a unique sweep. It counts as running only while `claims` holds it. */
export async function startedRun(db: Db, claims?: Claims): Promise<Attempt> {
  const [run] = await enqueueRuns(db, await newSweep(db), [newRun()]);
  await claims?.claim(run!.id);
  const attempt = await startRun(db, run!.id, { provenance: { commit: 'abc' }, totalSteps: 100 });
  return { runId: run!.id, attempt: attempt! };
}
