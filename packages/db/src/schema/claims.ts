import { index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { instant } from './columns.ts';

/** A process that claims work. Its row is deleted when it ends, or when another process finds it dead: its claims go too. */
export const claimHolders = pgTable(
  'claim_holders',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    hostname: text().notNull(),
    /** Its process on that machine. */
    pid: integer().notNull(),
    /** Names the file that the process keeps locked on its machine; null if its session says whether it lives. */
    lockFile: uuid(),
    /** Its session of the database; null behind a pooler. A number is reused, so it counts only with the start. */
    backendPid: integer(),
    backendStart: instant(),
    startedAt: instant().notNull().defaultNow(),
    /** Updated every few seconds while it lives. */
    seenAt: instant().notNull().defaultNow(),
    /** After so much silence it counts as dead. Its own promise: others may have made another one. */
    silentSeconds: integer().notNull().default(15),
  },
  (table) => [index().on(table.seenAt)],
);

/** What a process works on. Only sweeps have several processes at once. */
export const claims = pgTable(
  'claims',
  {
    /** `run`, `sweep`, `evaluation` or `activations`. */
    kind: text().notNull(),
    key: text().notNull(),
    holderId: integer()
      .notNull()
      .references(() => claimHolders.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.key, table.holderId] }),
    uniqueIndex('claims_exclusive')
      .on(table.kind, table.key)
      .where(sql`${table.kind} <> 'sweep'`),
    index().on(table.holderId),
  ],
);
