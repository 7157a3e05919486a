import { and, eq, isNull } from 'drizzle-orm';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { evaluations } from '../schema/index.ts';

/**
 * Locks an unfinished evaluation for the rest of the transaction.
 *
 * @throws {SaeLabError} `db.stale-evaluation` if it is gone or finished
 */
export async function lockUnfinished(tx: Db, evaluationId: number): Promise<void> {
  const rows = await tx
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(and(eq(evaluations.id, evaluationId), isNull(evaluations.finishedAt)))
    .for('no key update');
  if (rows.length > 0) return;
  throw new SaeLabError('db.stale-evaluation', {
    problem: `evaluation ${evaluationId} can no longer be written`,
    expected: 'an unfinished evaluation',
    received: 'one that is finished, or that another process has replaced',
    fix: 'Run the same command again. It uses the evaluations that are finished.',
  });
}

/**
 * Adds rows to an unfinished evaluation, all or none.
 *
 * @param perStatement a statement takes at most 65535 parameters
 * @param insert writes some of the rows
 * @throws {SaeLabError} `db.stale-evaluation`, `db.bad-value`
 */
export async function appendRows<Row>(
  db: Db,
  evaluationId: number,
  { rows, perStatement }: { rows: readonly Row[]; perStatement: number },
  insert: (tx: Db, slice: readonly Row[]) => PromiseLike<unknown>,
): Promise<void> {
  if (rows.length === 0) return;
  await inTransaction(db, async (tx) => {
    await lockUnfinished(tx, evaluationId);
    for (let start = 0; start < rows.length; start += perStatement) {
      await insert(tx, rows.slice(start, start + perStatement));
    }
  });
}
