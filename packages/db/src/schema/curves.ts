import { doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { runs } from './runs.ts';

/**
 * Points of a metric, a row per 60 of them: arrays take a fraction of the space and time of a row per
 * point. Only the last chunk of a metric has fewer. `steps` and `values` are of one length, steps strictly rise within and across chunks.
 * Values keep NaN and the infinities.
 */
export const metricChunks = pgTable(
  'metric_chunks',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    metric: text().notNull(),
    firstStep: integer().notNull(),
    lastStep: integer().notNull(),
    steps: integer().array().notNull(),
    values: doublePrecision().array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.metric, table.firstStep] })],
);

/** What a table of runs shows of a metric, so that it need not read the points. */
export const metricSummaries = pgTable(
  'metric_summaries',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    metric: text().notNull(),
    /** Value at `lastStep`, NaN included. */
    last: doublePrecision().notNull(),
    lastStep: integer().notNull(),
    /** Smallest and largest value that is not NaN; null if there is none. */
    min: doublePrecision(),
    max: doublePrecision(),
    /** First step of the minimum. */
    bestStep: integer(),
    /** Number of points, NaN included. */
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.metric] })],
);
