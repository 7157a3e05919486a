import { bigint, doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { runs } from './runs.ts';

/** Final scalars of a run, e.g. `l0`, `explained_variance`. */
export const evaluations = pgTable(
  'evaluations',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    metric: text().notNull(),
    value: doublePrecision().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.metric] })],
);

/** `counts[i]` values lie between `edges[i]` and `edges[i + 1]`. */
export const histograms = pgTable(
  'histograms',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    edges: doublePrecision().array().notNull(),
    counts: bigint({ mode: 'number' }).array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.name] })],
);

/** Files of a run, e.g. kind `sae` or `checkpoint`; `path` is relative to the data folder. */
export const artifacts = pgTable(
  'artifacts',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    kind: text().notNull(),
    path: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.kind, table.path] })],
);
