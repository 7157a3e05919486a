import { sql } from 'drizzle-orm';
import {
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
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

/** A line of what was reported while a run was trained. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The worker process's output, its error output, or the command that trains the run. */
  readonly from: 'output' | 'error' | 'run' | 'warning';
  readonly text: string;
}

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
    /** The last lines that were reported; their size is bounded by who writes them. */
    log: jsonb().$type<readonly LogLine[]>().notNull().default([]),
    /** Lines before those of `log` that were dropped. */
    logCut: integer().notNull().default(0),
    /** When steps were completed: steps rise, and seconds count from the start of the attempt. Empty for older versions. */
    clockSteps: integer()
      .array()
      .notNull()
      .default(sql`'{}'`),
    clockSeconds: doublePrecision()
      .array()
      .notNull()
      .default(sql`'{}'`),
  },
  (table) => [primaryKey({ columns: [table.runId, table.attempt] }), index().on(table.reason)],
);
