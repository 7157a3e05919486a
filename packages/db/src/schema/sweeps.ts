import { index, integer, jsonb, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, type JsonObject } from './columns.ts';
import { runs } from './runs.ts';

export const sweepStatus = pgEnum('sweep_status', [
  'running',
  'finished',
  'failed',
  'interrupted',
  /** Its runs are in the queue, and workers take them. */
  'queued',
  /** A reader ended it. */
  'cancelled',
]);
export type SweepStatus = (typeof sweepStatus.enumValues)[number];

/** What a command that trains a sweep itself tells workers that could help. It counts as long as the holder lives. */
export interface SweepOffer {
  /** The process, in `claim_holders`. */
  readonly holderId: number;
  readonly hostname: string;
  /** The queue whose workers could train its runs. */
  readonly queue: string;
  readonly projectRoot: string;
  /** Of that checkout; null outside git. */
  readonly commit: string | null;
  readonly dataDir: string;
  /** Content of a file in that data folder, which tells workers whether theirs is the same; null if it was not written. */
  readonly folderToken: string | null;
  /** The store of the files; null without one. */
  readonly store: string | null;
  /** Package and version of each variant. */
  readonly packages: Readonly<Record<string, { readonly name: string; readonly version: string }>>;
  /** Why no other process can train the runs; null if others can. */
  readonly localOnly: string | null;
}

/** A resolved sweep. The same definition is one row, however often it is started. */
export const sweeps = pgTable('sweeps', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  definitionHash: text().notNull().unique(),
  /** The definition, every default filled in. */
  definition: jsonb().$type<JsonObject>().notNull(),
  /** The path of the experiment file, relative to the project. */
  file: text().notNull(),
  /** The contents of that file when the sweep was last started. */
  source: text().notNull(),
  status: sweepStatus().notNull().default('running'),
  /** Where its runs wait for workers, e.g. `train.cpu`; null if the sweep command trains them itself. */
  queue: text(),
  /** How early workers take its runs from the queue: those of a sweep with a higher number come first. */
  priority: integer().notNull().default(0),
  /** Set while the sweep command trains the runs, for workers that could help. */
  offer: jsonb().$type<SweepOffer>(),
  createdAt: instant().notNull().defaultNow(),
  lastStartedAt: instant().notNull().defaultNow(),
  /** When a reader asked that the sweep ends. The processes that work on it stop as after Ctrl-C. */
  cancelRequestedAt: instant(),
  /** Evaluations that it asked for and that failed when workers last made them. */
  failedEvaluations: integer().notNull().default(0),
  /** When a reader took it off the list; null for a sweep that is on it. */
  archivedAt: instant(),
  /** What readers wrote about the sweep. */
  notes: text().notNull().default(''),
});

/** What readers call sweeps, e.g. `paper`. */
export const sweepTags = pgTable(
  'sweep_tags',
  {
    sweepId: integer()
      .notNull()
      .references(() => sweeps.id, { onDelete: 'cascade' }),
    tag: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sweepId, table.tag] })],
);

/** The runs of a sweep, in its order. A run may belong to several sweeps. */
export const sweepRuns = pgTable(
  'sweep_runs',
  {
    sweepId: integer()
      .notNull()
      .references(() => sweeps.id, { onDelete: 'cascade' }),
    runId: integer()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sweepId, table.runId] }), index().on(table.runId)],
);
