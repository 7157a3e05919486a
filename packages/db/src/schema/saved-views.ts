import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** Views of the table of runs that readers saved by name. */
export const savedViews = pgTable('saved_views', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
  /** The query of the page's address: filter, sort order, columns. */
  query: text().notNull(),
  savedAt: instant().notNull().defaultNow(),
});
