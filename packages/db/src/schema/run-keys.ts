import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';

/**
 * The settings that runs have, so that filters complete and check their keys without reading every configuration: `k`,
 * `training.learningRate`. Never removed.
 */
export const runKeys = pgTable('run_keys', {
  key: text().primaryKey(),
  /** Where it is: the column, then the path in it, e.g. `["config", "training", "learningRate"]`. */
  path: jsonb().$type<readonly ['hyper' | 'config', ...string[]]>().notNull(),
});
