import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { claimHolders } from './claims.ts';
import { instant } from './columns.ts';

/** A `pnpm worker` that runs, or was killed and not found out yet. */
export const workers = pgTable('workers', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  /** Says whether it lives. */
  holderId: integer()
    .notNull()
    .unique('workers_of_holder')
    .references(() => claimHolders.id, { onDelete: 'cascade' }),
  hostname: text().notNull(),
  /** Its process on that machine. */
  pid: integer().notNull(),
  queues: jsonb().$type<readonly string[]>().notNull(),
  /** Runs that it trains at once. */
  concurrency: integer().notNull(),
  device: text().notNull(),
  dataDir: text().notNull(),
  /** The commit of its checkout; null outside git. */
  commit: text(),
  startedAt: instant().notNull().defaultNow(),
});
