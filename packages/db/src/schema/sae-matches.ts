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
  real,
  text,
} from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';
import { runs } from './runs.ts';

/**
 * The latents of two runs of one hook, matched. `runA` is the smaller id, so that a pair has one row. Arrays have an entry for
 * each latent: a pair is read as a whole for its distributions, and `unnest` pages it.
 */
export const saeMatches = pgTable(
  'sae_matches',
  {
    runA: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    runB: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    /** Raised when the same pair gives other results. */
    version: integer().notNull(),
    settings: jsonb().$type<JsonObject>().notNull(),
    activationsId: text().notNull(),
    /** By key of `MATCH_FIGURES`; null: undefined. */
    figures: jsonb().$type<Readonly<Record<string, number | null>>>().notNull(),
    /** What random directions have. */
    random: jsonb().$type<JsonObject>().notNull(),
    tokens: bigint({ mode: 'number' }).notNull(),
    documents: bigint({ mode: 'number' }).notNull(),
    seconds: doublePrecision().notNull(),
    provenance: jsonb().$type<JsonObject>().notNull(),
    finishedAt: instant().notNull().defaultNow(),
    /** The most similar latent of the other SAE; −1 for a silent latent. */
    bestA: integer().array().notNull(),
    bestB: integer().array().notNull(),
    cosineA: real().array().notNull(),
    cosineB: real().array().notNull(),
    /** In the one-to-one assignment; −1 without one. */
    partnerA: integer().array().notNull(),
    partnerB: integer().array().notNull(),
    partnerCosineA: real().array().notNull(),
    partnerCosineB: real().array().notNull(),
    /** Fraction of the tokens on which the latent fired. */
    densityA: real().array().notNull(),
    densityB: real().array().notNull(),
    /** Share of these tokens on which the best match fired too. */
    togetherA: real().array().notNull(),
    togetherB: real().array().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runA, table.runB] }),
    index().on(table.runB),
    check('sae_matches_order', sql`${table.runA} < ${table.runB}`),
  ],
);
