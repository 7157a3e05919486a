import { bigint, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';

/** A set of activations on disk: one hook of one model over one dataset. */
export const activations = pgTable('activations', {
  /** Hash of everything that affects the content. */
  id: text().primaryKey(),
  model: text().notNull(),
  hook: text().notNull(),
  dIn: integer().notNull(),
  rows: bigint({ mode: 'number' }).notNull(),
  manifest: jsonb().$type<JsonObject>().notNull(),
  folder: text().notNull(),
  createdAt: instant().notNull().defaultNow(),
});
