import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';
import { runs } from './runs.ts';
import { saes } from './saes.ts';

/**
 * An evaluation of a run's SAE or of another SAE. While `finishedAt` is null, the row belongs to the process that inserted
 * it and only collects latents: readers skip it.
 */
export const evaluations = pgTable(
  'evaluations',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    runId: integer().references(() => runs.id, { onDelete: 'cascade' }),
    saeId: integer().references(() => saes.id, { onDelete: 'cascade' }),
    /** E.g. `ce`. */
    name: text().notNull(),
    /** Raised when the evaluation computes different results. Rows of earlier versions stay. */
    version: integer().notNull(),
    /** Hash of the data: activations, held-out fraction, and what the settings name. */
    dataId: text().notNull(),
    /** The activations among the data; null for an evaluation of the weights alone. */
    activationsId: text(),
    settings: jsonb().$type<JsonObject>().notNull(),
    settingsHash: text().notNull(),
    /** Evaluated tokens; 0 for an evaluation of the weights alone. */
    tokens: bigint({ mode: 'number' }).notNull().default(0),
    /** Documents that the tokens came from. */
    documents: bigint({ mode: 'number' }).notNull().default(0),
    /** Wall time of the pass divided by the number of SAEs that shared it. */
    seconds: doublePrecision().notNull().default(0),
    /** What it ran on: commit, Node, backend, versions. */
    provenance: jsonb().$type<JsonObject>().notNull(),
    startedAt: instant().notNull().defaultNow(),
    finishedAt: instant(),
  },
  (table) => {
    const identity = [table.name, table.version, table.dataId, table.settingsHash] as const;
    return [
      check('evaluations_subject', sql`num_nonnulls(${table.runId}, ${table.saeId}) = 1`),
      uniqueIndex('evaluations_of_run')
        .on(table.runId, ...identity)
        .where(sql`${table.finishedAt} is not null`),
      uniqueIndex('evaluations_of_sae')
        .on(table.saeId, ...identity)
        .where(sql`${table.finishedAt} is not null`),
      index('evaluations_unfinished')
        .on(table.name)
        .where(sql`${table.finishedAt} is null`),
    ];
  },
);

/** The figures of an evaluation, under the keys of `@sae-lab/measures`. */
export const evaluationFigures = pgTable(
  'evaluation_figures',
  {
    evaluationId: integer()
      .notNull()
      .references(() => evaluations.id, { onDelete: 'cascade' }),
    figure: text().notNull(),
    /** NaN: undefined on these data. */
    value: doublePrecision().notNull(),
    /** The 95 % interval over documents; null where there is none. */
    low: doublePrecision(),
    high: doublePrecision(),
  },
  (table) => [
    primaryKey({ columns: [table.evaluationId, table.figure] }),
    index('evaluation_figures_by_figure').on(table.figure, table.evaluationId, table.value),
  ],
);

/** `counts[i]` is the number of values between `edges[i]` and `edges[i + 1]`. */
export const evaluationHistograms = pgTable(
  'evaluation_histograms',
  {
    evaluationId: integer()
      .notNull()
      .references(() => evaluations.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    edges: doublePrecision().array().notNull(),
    counts: bigint({ mode: 'number' }).array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.evaluationId, table.name] })],
);
