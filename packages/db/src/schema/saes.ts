import { index, integer, jsonb, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';
import { sweeps } from './sweeps.ts';

export const saeKind = pgEnum('sae_kind', [
  /** Made from the activations, e.g. the PCA of the hook. */
  'baseline',
  /** Trained elsewhere. */
  'foreign',
]);

export type SaeKind = (typeof saeKind.enumValues)[number];

/** An SAE that no run trained, on the hook that it is compared on. */
export const saes = pgTable('saes', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  /** Hash of the weights, the architecture and the hook. */
  saeHash: text('hash').notNull().unique(),
  kind: saeKind().notNull(),
  /** What tables show, e.g. `identity` or `./their-sae`. */
  name: text().notNull(),
  /** Where it comes from: a folder, `hub:org/name/path`, or the name of the baseline. */
  source: text().notNull(),
  architecture: text().notNull(),
  hook: text().notNull(),
  dIn: integer().notNull(),
  /** Number of latents. */
  width: integer().notNull(),
  /** What its file says about it, or the settings of the baseline. */
  config: jsonb().$type<JsonObject>().notNull(),
  /**
   * What it was last evaluated on, as sweeps define it: model, documents, settings. Null if a version stored it that did not
   * keep this, and no sweep has it.
   */
  data: jsonb().$type<JsonObject>(),
  /** The activations that `data` gives. Not a foreign key: an SAE is stored before its activations exist. */
  activationsId: text(),
  createdAt: instant().notNull().defaultNow(),
});

/** The SAEs that a sweep compares its runs with, in its order. */
export const sweepSaes = pgTable(
  'sweep_saes',
  {
    sweepId: integer()
      .notNull()
      .references(() => sweeps.id, { onDelete: 'cascade' }),
    saeId: integer()
      .notNull()
      .references(() => saes.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sweepId, table.saeId] }), index().on(table.saeId)],
);
