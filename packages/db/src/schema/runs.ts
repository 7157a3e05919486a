import { doublePrecision, index, integer, jsonb, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';

export const runStatus = pgEnum('run_status', [
  'queued',
  'running',
  'finished',
  'failed',
  /** The loss or a parameter stopped being finite. */
  'diverged',
  'interrupted',
]);

export type RunStatus = (typeof runStatus.enumValues)[number];

/** An error as JSON, as `SaeLabError` writes it. */
export interface RunError {
  code: string;
  message: string;
  details?: object;
}

/** One SAE to train. Its hash is its identity: two sweeps that ask for the same run share it. */
export const runs = pgTable(
  'runs',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    hash: text().notNull().unique(),
    variant: text().notNull(),
    mathVersion: integer().notNull(),
    hyper: jsonb().$type<JsonObject>().notNull(),
    hook: text().notNull(),
    /** Null for a hook that belongs to no layer, e.g. the embedding. */
    layer: integer(),
    /** Number of latents. */
    width: integer().notNull(),
    seed: integer().notNull(),
    /** Content hash of the activations. No foreign key: a run is queued before they are extracted. */
    activationsId: text().notNull(),
    /** The whole configuration with every default filled in. */
    config: jsonb().$type<JsonObject>().notNull(),
    lossConvention: text().notNull(),
    status: runStatus().notNull().default('queued'),
    /** How often the run was started. Writes carry it, so that a superseded worker cannot write. */
    attempt: integer().notNull().default(0),
    /** Training steps done. */
    step: integer().notNull().default(0),
    totalSteps: integer(),
    divergedAtStep: integer(),
    error: jsonb().$type<RunError>(),
    /** What the last attempt ran with: commit, lockfile hash, node, backend, versions, argv. */
    provenance: jsonb().$type<JsonObject>(),
    queuedAt: instant().notNull().defaultNow(),
    startedAt: instant(),
    finishedAt: instant(),
    /** Time spent training, in seconds, over all attempts that led to the result. */
    seconds: doublePrecision(),
  },
  (table) => [index().on(table.status), index().on(table.variant, table.mathVersion)],
);
