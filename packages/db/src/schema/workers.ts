import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** A `pnpm worker`, running or ended. */
export const workers = pgTable(
  'workers',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
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
    /** The session of the database that holds its claims. A number is reused, so it counts only with the start. */
    backendPid: integer().notNull(),
    backendStart: instant().notNull(),
    startedAt: instant().notNull().defaultNow(),
    /** Updated every few seconds while it lives. */
    seenAt: instant().notNull().defaultNow(),
    /** Null while it runs, and for one that was killed. */
    endedAt: instant(),
  },
  (table) => [index().on(table.seenAt)],
);
