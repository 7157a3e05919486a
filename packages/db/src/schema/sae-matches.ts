import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  real,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';
import { runs } from './runs.ts';
import { saes } from './saes.ts';

/**
 * The latents of two SAEs of one hook, matched. Either side is a run's SAE or another one. Runs come first, then smaller ids,
 * so that a pair has one row. Arrays have an entry for each latent: a pair is read as a whole for its distributions, and
 * `unnest` pages it.
 */
export const saeMatches = pgTable(
  'sae_matches',
  {
    runA: integer().references(() => runs.id, { onDelete: 'cascade' }),
    saeA: integer().references(() => saes.id, { onDelete: 'cascade' }),
    runB: integer().references(() => runs.id, { onDelete: 'cascade' }),
    saeB: integer().references(() => saes.id, { onDelete: 'cascade' }),
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
    // Postgres 14 has no unique nulls. Ids are positive, so a negative one stands for an SAE without a run.
    uniqueIndex('sae_matches_pair').on(
      sql`coalesce(${table.runA}, -${table.saeA})`,
      sql`coalesce(${table.runB}, -${table.saeB})`,
    ),
    index().on(table.runA, table.runB),
    index().on(table.runB),
    index().on(table.saeA),
    index().on(table.saeB),
    check(
      'sae_matches_subjects',
      sql`num_nonnulls(${table.runA}, ${table.saeA}) = 1 and num_nonnulls(${table.runB}, ${table.saeB}) = 1`,
    ),
    // Null is not false: one side of this must be true.
    check(
      'sae_matches_order',
      sql`coalesce(${table.runA} < ${table.runB}, ${table.saeA} < ${table.saeB}, ${table.runA} is not null)`,
    ),
  ],
);
