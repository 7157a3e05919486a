import { and, asc, eq, getTableColumns, inArray, isNotNull, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Db } from '../connection/connect.ts';
import {
  curveChunks,
  evaluationFigures,
  evaluations,
  figures,
  histograms,
  runs,
  sweepRuns,
} from '../schema/index.ts';
import { runStatusNow } from './claimed.ts';
import type { EvaluatedRun } from './runs.ts';

/** Which runs to compare. */
export type ComparedSelection =
  | { readonly sweepId: number }
  | {
      readonly ids: readonly number[];
      /** Whole hashes or their first hex digits, in lower case. */
      readonly hashes: readonly string[];
    };

/** A run with its own figures and those of its evaluations. */
export type ComparedRun = EvaluatedRun;

/**
 * Runs with their figures and those of their evaluations, in one round trip. Of a figure that several evaluations have,
 * the one of the latest version on the most tokens counts, as in `mainFigures`; a figure of the run itself comes before
 * all of them.
 *
 * @param most the largest number of runs to return
 * @returns the runs of a sweep in its order, others by id
 */
export async function comparedRuns(
  db: Db,
  selection: ComparedSelection,
  most: number,
): Promise<ComparedRun[]> {
  const own = ownFigures(db);
  const evaluated = evaluatedFigures(db);
  const rows = await db
    .select({
      run: { ...getTableColumns(runs), status: runStatusNow },
      own: { names: own.names, values: own.values },
      evaluated: { names: evaluated.names, values: evaluated.values },
    })
    .from(runs)
    .leftJoinLateral(own, sql`true`)
    .leftJoinLateral(evaluated, sql`true`)
    .where(whichOf(db, selection))
    .orderBy(...orderOf(selection))
    .limit(most);
  return rows.map((row) => ({
    ...row.run,
    figures: { ...byName(row.evaluated), ...byName(row.own) },
  }));
}

/** The keys of the curves that any of these runs has, in alphabetical order. */
export async function curveNames(db: Db, runIds: readonly number[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const rows = await db
    .selectDistinct({ curve: curveChunks.curve })
    .from(curveChunks)
    .where(inArray(curveChunks.runId, [...runIds]))
    .orderBy(asc(curveChunks.curve));
  return rows.map(({ curve }) => curve);
}

/** The names of the histograms that any of these runs has, in alphabetical order. */
export async function histogramNames(db: Db, runIds: readonly number[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const rows = await db
    .selectDistinct({ name: histograms.name })
    .from(histograms)
    .where(inArray(histograms.runId, [...runIds]))
    .orderBy(asc(histograms.name));
  return rows.map(({ name }) => name);
}

/** One histogram of each of these runs that has it, by run. */
export async function comparedHistograms(db: Db, runIds: readonly number[], name: string) {
  if (runIds.length === 0) return [];
  return db
    .select()
    .from(histograms)
    .where(and(inArray(histograms.runId, [...runIds]), eq(histograms.name, name)))
    .orderBy(asc(histograms.runId));
}

/** The names and values of a run's own figures. Arrays of numbers, since JSON has no NaN. */
function ownFigures(db: Db) {
  return db
    .select({
      names: namesOf(figures.figure, sql`${figures.figure}`, 'own_names'),
      values: valuesOf(figures.value, sql`${figures.figure}`, 'own_values'),
    })
    .from(figures)
    .where(eq(figures.runId, runs.id))
    .as('own');
}

/** The same of its evaluations. Of equal names, the last counts. */
function evaluatedFigures(db: Db) {
  const { version, tokens, finishedAt, id } = evaluations;
  const order = sql`${version}, ${tokens}, ${finishedAt}, ${id}, ${evaluationFigures.figure}`;
  return db
    .select({
      names: namesOf(evaluationFigures.figure, order, 'evaluated_names'),
      values: valuesOf(evaluationFigures.value, order, 'evaluated_values'),
    })
    .from(evaluationFigures)
    .innerJoin(evaluations, eq(id, evaluationFigures.evaluationId))
    .where(and(eq(evaluations.runId, runs.id), isNotNull(finishedAt)))
    .as('evaluated');
}

/** @param alias unique in the statement, since drizzle does not qualify it */
function namesOf(column: PgColumn, order: SQL, alias: string) {
  return sql<string[] | null>`json_agg(${column} order by ${order})`.mapWith(runs.config).as(alias);
}

function valuesOf(column: PgColumn, order: SQL, alias: string) {
  return sql<number[] | null>`array_agg(${column} order by ${order})`.mapWith(histograms.edges).as(alias);
}

interface Numbers {
  readonly names: unknown;
  readonly values: unknown;
}

function byName(numbers: Numbers | null): Record<string, number> {
  const names = (numbers?.names ?? []) as string[];
  const values = (numbers?.values ?? []) as number[];
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]));
}

function whichOf(db: Db, selection: ComparedSelection): SQL | undefined {
  if ('sweepId' in selection) {
    return inArray(
      runs.id,
      db.select({ id: sweepRuns.runId }).from(sweepRuns).where(eq(sweepRuns.sweepId, selection.sweepId)),
    );
  }
  const { ids, hashes } = selection;
  if (ids.length + hashes.length === 0) return sql`false`;
  return or(
    ids.length === 0 ? undefined : inArray(runs.id, [...ids]),
    // A range, so that the index is used whatever the database's collation. 'g' sorts after every hex digit.
    ...hashes.map((prefix) => sql`${runs.runHash} between ${prefix} and ${`${prefix}g`}`),
  );
}

function orderOf(selection: ComparedSelection): SQL[] {
  if (!('sweepId' in selection)) return [asc(runs.id)];
  const position = sql`(select ${sweepRuns.position} from ${sweepRuns}
    where ${sweepRuns.runId} = ${runs.id} and ${sweepRuns.sweepId} = ${selection.sweepId})`;
  return [asc(position)];
}
