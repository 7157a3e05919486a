import { doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { runs } from './runs.ts';

/**
 * Points of a run's curves, 60 a row: arrays take a fraction of the space and time of one row per point. Only the last
 * chunk of a curve has fewer. `steps` and `values` have the same length; steps strictly rise within and across chunks.
 * Values keep NaN and the infinities.
 */
export const curveChunks = pgTable(
  'curve_chunks',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    /** Key of the curve, e.g. `loss`, as `@sae-lab/measures` names it. */
    curve: text().notNull(),
    firstStep: integer().notNull(),
    lastStep: integer().notNull(),
    steps: integer().array().notNull(),
    values: doublePrecision().array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.curve, table.firstStep] })],
);
