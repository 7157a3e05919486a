import { bigint, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { runs } from './runs.ts';

/** The final numbers of a run, e.g. `explained_variance`, under the keys of `@sae-lab/measures`. */
export const figures = pgTable(
  'figures',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    figure: text().notNull(),
    value: doublePrecision().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.figure] }),
    // One figure of all runs, for filters and sort orders, without reading the table.
    index('figures_by_figure').on(table.figure, table.runId, table.value),
  ],
);

/** `counts[i]` is the number of values between `edges[i]` and `edges[i + 1]`. */
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

/** Files of a run, e.g. of kind `sae` or `config`. `path` is relative to the data folder. */
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
