import { doublePrecision, index, integer, jsonb, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';

export const runStatus = pgEnum('run_status', [
  'queued',
  'running',
  'finished',
  'failed',
  /** The loss or a parameter became non-finite, or the reconstruction exploded. */
  'diverged',
  'interrupted',
  /** A reader ended it. Its checkpoint is kept. */
  'cancelled',
]);

export type RunStatus = (typeof runStatus.enumValues)[number];

/** A `SaeLabError` as JSON. */
export interface RunError {
  code: string;
  message: string;
  details?: object;
}

/** One SAE to train. Its hash is its identity: two sweeps that define the same run share one row. */
export const runs = pgTable(
  'runs',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    runHash: text('hash').notNull().unique(),
    variant: text().notNull(),
    mathVersion: integer().notNull(),
    hyper: jsonb().$type<JsonObject>().notNull(),
    hook: text().notNull(),
    /** Number of latents. */
    width: integer().notNull(),
    seed: integer().notNull(),
    /** Content hash of the activations. Not a foreign key: a run is queued before its activations exist. */
    activationsId: text().notNull(),
    /** The whole configuration, every default filled in. */
    config: jsonb().$type<JsonObject>().notNull(),
    /** What the parts of `config` would be if the author had set nothing; null for runs from before it was stored. */
    defaults: jsonb().$type<JsonObject>(),
    lossConvention: text().notNull(),
    status: runStatus().notNull().default('queued'),
    /** Number of times the run was started. Writes carry it, so that a superseded worker cannot write. */
    attempt: integer().notNull().default(0),
    /** Training steps completed so far; the run has `totalSteps`. */
    step: integer().notNull().default(0),
    totalSteps: integer(),
    divergedAtStep: integer(),
    error: jsonb().$type<RunError>(),
    /** What the last attempt ran on: commit, lockfile hash, Node, backend, versions, arguments. */
    provenance: jsonb().$type<JsonObject>(),
    queuedAt: instant().notNull().defaultNow(),
    startedAt: instant(),
    finishedAt: instant(),
    /** Seconds spent training, summed over the attempts that led to the result. */
    seconds: doublePrecision(),
    /** When a reader asked that the run ends. The process that trains it stops it at the end of a step. */
    cancelRequestedAt: instant(),
    /** When a reader asked that the run is trained again; null once it has started. */
    retryRequestedAt: instant(),
    /** What readers wrote about the run. */
    notes: text().notNull().default(''),
  },
  (table) => [index().on(table.status), index().on(table.variant, table.mathVersion)],
);
