import { doublePrecision, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { JsonObject } from './columns.ts';
import { evaluations } from './evaluations.ts';

/**
 * What a latent does. The columns are what lists show, sort and search. `features` is the rest: it is stored out of line,
 * compressed, so lists do not read it.
 */
export const latents = pgTable(
  'latents',
  {
    evaluationId: integer()
      .notNull()
      .references(() => evaluations.id, { onDelete: 'cascade' }),
    latent: integer().notNull(),
    /** Fraction of the evaluated tokens on which it fired. */
    density: doublePrecision().notNull(),
    maxActivation: doublePrecision().notNull(),
    /** The token on which it fires most; null if it never fired. */
    topToken: text(),
    /** The token that its decoder row raises most; null if the unembedding is unknown. */
    raisedToken: text(),
    /** The token that its decoder row lowers most. */
    loweredToken: text(),
    features: jsonb().$type<JsonObject>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.evaluationId, table.latent] }),
    index('latents_by_density').on(table.evaluationId, table.density.desc().nullsFirst(), table.latent),
  ],
);
