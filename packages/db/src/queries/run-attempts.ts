import { and, asc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { runAttempts, type AttemptReason, type JsonObject, type RunError } from '../schema/index.ts';
import type { Attempt } from './fence.ts';
import { storableText } from './storable.ts';

export type RunAttempt = typeof runAttempts.$inferSelect;

/** How an attempt ended. */
export interface AttemptEnd {
  reason: AttemptReason;
  error?: RunError | undefined;
}

/** Records that an attempt started. Earlier ones that never ended are lost. */
export async function openAttempt(
  tx: Db,
  { runId, attempt }: Attempt,
  provenance: JsonObject,
  spool: string | null = null,
): Promise<void> {
  const { hostname } = provenance;
  await tx.insert(runAttempts).values({
    runId,
    attempt,
    spool,
    hostname: typeof hostname === 'string' ? storableText(hostname) : null,
  });
  if (attempt === 1) return;
  await tx
    .update(runAttempts)
    .set({ reason: 'lost', endedAt: sql`now()` })
    .where(and(eq(runAttempts.runId, runId), lt(runAttempts.attempt, attempt), isNull(runAttempts.endedAt)));
}

export async function closeAttempt(
  tx: Db,
  { runId, attempt }: Attempt,
  { reason, error }: AttemptEnd,
): Promise<void> {
  await tx
    .update(runAttempts)
    .set({
      reason,
      endedAt: sql`now()`,
      ...(error !== undefined && { error: storableText(error) }),
    })
    .where(and(eq(runAttempts.runId, runId), eq(runAttempts.attempt, attempt)));
}

/** The attempts at a run, the first one first. Attempts of versions that kept none are missing. */
export function attemptsOfRun(db: Db, runId: number): Promise<RunAttempt[]> {
  return db.select().from(runAttempts).where(eq(runAttempts.runId, runId)).orderBy(asc(runAttempts.attempt));
}
