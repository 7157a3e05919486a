import { and, asc, desc, eq, getTableColumns, inArray, isNull, lt, ne, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import {
  runAttempts,
  runs,
  type AttemptReason,
  type JsonObject,
  type LogLine,
  type RunError,
} from '../schema/index.ts';
import type { Attempt } from './fence.ts';
import { storableText } from './storable.ts';

const { log, logCut, clockSteps, clockSeconds, ...facts } = getTableColumns(runAttempts);

/** An attempt without its log and its clock, which have their own queries. */
export type RunAttempt = Omit<
  typeof runAttempts.$inferSelect,
  'log' | 'logCut' | 'clockSteps' | 'clockSeconds'
>;

/** What an attempt has reported so far. */
export interface AttemptReport {
  /** The last lines, and how many before them were dropped. */
  readonly log?: { readonly lines: readonly LogLine[]; readonly cut: number };
  readonly clock?: Clock;
}

/** When steps were completed. Both arrays have the same length. */
interface Clock {
  /** Rising. */
  readonly steps: readonly number[];
  /** Since the start of the attempt. */
  readonly seconds: readonly number[];
}

export interface AttemptLog {
  readonly attempt: number;
  readonly lines: readonly LogLine[];
  /** Lines before these that were dropped. */
  readonly cut: number;
}

export interface AttemptClock extends Clock {
  readonly runId: number;
  readonly startedAt: Date;
}

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

/** Replaces what is stored of an attempt's report. */
export async function reportAttempt(
  tx: Db,
  { runId, attempt }: Attempt,
  { log: said, clock }: AttemptReport,
): Promise<void> {
  if (said === undefined && clock === undefined) return;
  await tx
    .update(runAttempts)
    .set({
      // Output may contain any text.
      ...(said !== undefined && { log: storableText(said.lines), logCut: said.cut }),
      ...(clock !== undefined && { clockSteps: [...clock.steps], clockSeconds: [...clock.seconds] }),
    })
    .where(and(eq(runAttempts.runId, runId), eq(runAttempts.attempt, attempt)));
}

/**
 * Corrects when an attempt of a spool was made, which others only read. The run's own times are those of its last attempt.
 *
 * @param spool the spool, and the attempt there
 */
export async function dateAttempt(
  db: Db,
  runId: number,
  spool: string,
  { startedAt, lastAt }: { startedAt: Date; lastAt: Date },
): Promise<void> {
  const [from, to] = [startedAt.toISOString(), lastAt.toISOString()];
  await inTransaction(db, async (tx) => {
    const [dated] = await tx
      .update(runAttempts)
      .set({
        startedAt,
        endedAt: sql`case when ${runAttempts.endedAt} is not null then ${to}::timestamp with time zone end`,
      })
      .where(and(eq(runAttempts.runId, runId), eq(runAttempts.spool, spool)))
      .returning({ attempt: runAttempts.attempt });
    if (dated === undefined) return;
    await tx
      .update(runs)
      .set({
        startedAt: sql`${from}::timestamp with time zone`,
        finishedAt: sql`case when ${runs.finishedAt} is not null then ${to}::timestamp with time zone end`,
      })
      .where(and(eq(runs.id, runId), eq(runs.attempt, dated.attempt)));
  });
}

/** The attempts at a run, the first one first. Attempts of versions that kept none are missing. */
export function attemptsOfRun(db: Db, runId: number): Promise<RunAttempt[]> {
  return db
    .select(facts)
    .from(runAttempts)
    .where(eq(runAttempts.runId, runId))
    .orderBy(asc(runAttempts.attempt));
}

/**
 * Seconds since the last attempt at a run ended, on the clock of the database; undefined if none has ended, or one ended in
 * the future: the clock was set back, or that of a machine with a spool is ahead.
 */
export async function secondsSinceAttempt(db: Db, runId: number): Promise<number | undefined> {
  const since = sql<number | null>`extract(epoch from now() - max(${runAttempts.endedAt}))::float8`;
  const [row] = await db.select({ since }).from(runAttempts).where(eq(runAttempts.runId, runId));
  const seconds = row?.since ?? -1;
  return seconds < 0 ? undefined : seconds;
}

/** The logs of the last attempts that have one, the last one first. */
export function attemptLogs(db: Db, runId: number, most: number): Promise<AttemptLog[]> {
  return db
    .select({ attempt: runAttempts.attempt, lines: log, cut: logCut })
    .from(runAttempts)
    .where(and(eq(runAttempts.runId, runId), ne(log, [])))
    .orderBy(desc(runAttempts.attempt))
    .limit(most);
}

/** The clocks of the attempts at these runs, each run's first one first. Attempts without one are missing. */
export async function attemptClocks(db: Db, runIds: readonly number[]): Promise<AttemptClock[]> {
  if (runIds.length === 0) return [];
  return db
    .select({
      runId: runAttempts.runId,
      startedAt: runAttempts.startedAt,
      steps: clockSteps,
      seconds: clockSeconds,
    })
    .from(runAttempts)
    .where(and(inArray(runAttempts.runId, [...runIds]), sql`cardinality(${clockSteps}) > 0`))
    .orderBy(asc(runAttempts.runId), asc(runAttempts.attempt));
}
