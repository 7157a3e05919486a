import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { runs } from './runs.ts';

/** What readers call runs, e.g. `baseline` or `paper`. */
export const runTags = pgTable(
  'run_tags',
  {
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    tag: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.tag] }), index().on(table.tag)],
);
