import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { DeclaredCurve, JsonObject } from './columns.ts';

/** An architecture at one math version. */
export const variants = pgTable(
  'variants',
  {
    name: text().notNull(),
    mathVersion: integer().notNull(),
    packageName: text().notNull(),
    packageVersion: text().notNull(),
    paper: text().notNull(),
    /** The hyperparameter that sets sparsity, e.g. `k` or `l1`. */
    sparsity: text().notNull(),
    /** JSON Schema of the hyperparameters. */
    hyperSchema: jsonb().$type<JsonObject>().notNull(),
    /** The variant's own curves by key, with the label, meaning and unit that charts show. */
    curves: jsonb().$type<Readonly<Record<string, DeclaredCurve>>>().notNull().default({}),
  },
  (table) => [primaryKey({ columns: [table.name, table.mathVersion] })],
);
