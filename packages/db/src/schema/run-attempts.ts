import { index, integer, jsonb, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { runs, type RunError } from './runs.ts';

/** Why an attempt at a run ended. */
export const attemptReason = pgEnum('attempt_reason', [
  'finished',
  'failed',
  'diverged',
  /** A user stopped it. */
  'interrupted',
  /** A reader cancelled the run. */
  'cancelled',
  /** The machine was about to be taken away, or a worker's time was over. */
  'preempted',
  /** Its process or machine disappeared, or was silent for so long that another one took the run over. */
  'lost',
  'disk',
  'out-of-memory',
]);

export type AttemptReason = (typeof attemptReason.enumValues)[number];

/** Every attempt at a run. The run's own row has the state of the last one. */
export const runAttempts = pgTable(
  'run_attempts',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    attempt: integer().notNull(),
    /** The machine that made it. */
    hostname: text(),
    /** The spool, and the attempt there, that it was read from; null for one that a worker with the database made. */
    spool: text(),
    startedAt: instant().notNull().defaultNow(),
    endedAt: instant(),
    /** Null while it runs. */
    reason: attemptReason(),
    error: jsonb().$type<RunError>(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.attempt] }), index().on(table.reason)],
);
