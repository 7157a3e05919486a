import { sql } from 'drizzle-orm';
import {
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';
import { evaluations } from './evaluations.ts';
import { runs } from './runs.ts';
import { saes } from './saes.ts';

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
    /** The largest cosine of its decoder row to another row of the SAE; null if it was not computed. */
    maxCosine: doublePrecision(),
    /** The tokens that its decoder row raises most, for searches. */
    raisedTokens: text().array().notNull().default([]),
    /** The distinct tokens on which it fires in its examples, for searches. */
    activeTokens: text().array().notNull().default([]),
    /** Its tokens and the text of its top examples, in lower case, for searches. */
    searchText: text().notNull().default(''),
    features: jsonb().$type<JsonObject>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.evaluationId, table.latent] }),
    index('latents_by_density').on(table.evaluationId, table.density.desc().nullsFirst(), table.latent),
  ],
);

/** What an evaluation `probing` found of a latent: see `LatentProbe` of `@sae-lab/core`. Latents without a score have no row. */
export const latentProbes = pgTable(
  'latent_probes',
  {
    evaluationId: integer()
      .notNull()
      .references(() => evaluations.id, { onDelete: 'cascade' }),
    latent: integer().notNull(),
    /** The class that it tells apart best. */
    class: text().notNull(),
    /** AUROC for the class on the test documents. */
    score: doublePrecision().notNull(),
    /** AUROC on the training documents, which chose the class. */
    trainingScore: doublePrecision().notNull(),
    /** Of the score, for the best of all latents. */
    pValue: doublePrecision().notNull(),
    /** Test documents. */
    documents: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.evaluationId, table.latent] }),
    index('latent_probes_by_score').on(table.evaluationId, table.score.desc().nullsLast(), table.latent),
  ],
);

/** What people write about a latent of a run's SAE or of another SAE. Labels are short and name it; notes are free text. */
export const latentNotes = pgTable(
  'latent_notes',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    runId: integer().references(() => runs.id, { onDelete: 'cascade' }),
    saeId: integer().references(() => saes.id, { onDelete: 'cascade' }),
    latent: integer().notNull(),
    kind: text({ enum: ['label', 'note'] }).notNull(),
    text: text().notNull(),
    /** Empty where the writer gave no name. */
    author: text().notNull().default(''),
    writtenAt: instant().notNull().defaultNow(),
  },
  (table) => [
    check('latent_notes_kind', sql`${table.kind} in ('label', 'note')`),
    check('latent_notes_subject', sql`num_nonnulls(${table.runId}, ${table.saeId}) = 1`),
    index('latent_notes_of_latent').on(table.runId, table.latent),
    index('latent_notes_of_sae').on(table.saeId, table.latent),
  ],
);

/** A label that a language model wrote from a latent's examples. */
export const latentExplanations = pgTable(
  'latent_explanations',
  {
    evaluationId: integer()
      .notNull()
      .references(() => evaluations.id, { onDelete: 'cascade' }),
    latent: integer().notNull(),
    model: text().notNull(),
    /** Raised when the prompts change. */
    promptVersion: integer().notNull(),
    label: text().notNull(),
    /** Balanced accuracy of the detection on held-out examples; null if the latent has too few. */
    score: doublePrecision(),
    /** Number of examples that were judged. */
    judged: integer().notNull(),
    promptTokens: integer().notNull(),
    completionTokens: integer().notNull(),
    writtenAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({
      name: 'latent_explanations_pk',
      columns: [table.evaluationId, table.latent, table.model, table.promptVersion],
    }),
  ],
);
