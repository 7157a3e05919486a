import { and, asc, eq, getTableColumns, inArray, isNotNull, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import {
  evaluationFigures,
  evaluationHistograms,
  evaluations,
  runs as runsTable,
  sweepRuns,
  sweepSaes,
} from '../schema/index.ts';
import type { JsonObject } from '../schema/index.ts';
import { lockUnfinished } from './evaluation-fence.ts';
import type { Histogram } from './results.ts';
import { storableRow, storableText } from './storable.ts';
import { ofSubject, type SaeSubject } from './subject.ts';

/** What makes two evaluations of a subject the same. */
export interface EvaluationKey {
  readonly name: string;
  readonly version: number;
  readonly dataId: string;
  readonly settingsHash: string;
}

export type EvaluationIdentity = SaeSubject & EvaluationKey;

/** A figure with its 95 % interval over documents, if it has one. */
export interface MeasuredFigure {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A finished evaluation with its figures by key, in alphabetical order. */
export type EvaluationRow = Omit<typeof evaluations.$inferSelect, 'finishedAt'> & {
  finishedAt: Date;
  figures: Record<string, MeasuredFigure>;
};

export interface NewEvaluation {
  readonly figures: Readonly<Record<string, MeasuredFigure>>;
  readonly histograms: readonly Histogram[];
  readonly tokens: number;
  readonly documents: number;
  readonly seconds: number;
}

/**
 * Starts an evaluation. Readers see it once `finishEvaluation` has stored its result. Unfinished evaluations of the same
 * identity are removed: their processes can no longer write. Claim the evaluation first.
 *
 * @returns the id of the unfinished evaluation
 * @throws {SaeLabError} `db.bad-value`
 */
export function beginEvaluation(
  db: Db,
  {
    activationsId,
    settings,
    provenance,
    ...identity
  }: EvaluationIdentity & { activationsId: string | null; settings: JsonObject; provenance: JsonObject },
): Promise<number> {
  return inTransaction(db, async (tx) => {
    await tx.delete(evaluations).where(and(isNull(evaluations.finishedAt), sameIdentity(identity)));
    const [row] = await tx
      .insert(evaluations)
      .values(
        storableRow(evaluations, {
          ...identity,
          activationsId,
          settings,
          provenance: storableText(provenance),
        }),
      )
      .returning({ id: evaluations.id });
    return row!.id;
  });
}

/**
 * Stores the result of an unfinished evaluation and shows it to readers, in one transaction. It replaces a finished one of
 * the same identity.
 *
 * @throws {SaeLabError} `db.stale-evaluation`, `db.bad-value`
 */
export function finishEvaluation(db: Db, evaluationId: number, result: NewEvaluation): Promise<void> {
  return finishEvaluations(db, [{ evaluationId, result }]);
}

/**
 * Stores the results of evaluations that were made together, all or none.
 *
 * @throws {SaeLabError} as `finishEvaluation`
 */
export function finishEvaluations(
  db: Db,
  finished: readonly { readonly evaluationId: number; readonly result: NewEvaluation }[],
): Promise<void> {
  return inTransaction(db, async (tx) => {
    for (const { evaluationId, result } of finished) await finish(tx, evaluationId, result);
  });
}

async function finish(
  tx: Db,
  evaluationId: number,
  { figures, histograms, ...result }: NewEvaluation,
): Promise<void> {
  await lockUnfinished(tx, evaluationId);
  const [own] = await tx.select().from(evaluations).where(eq(evaluations.id, evaluationId));
  await tx.delete(evaluations).where(and(isNotNull(evaluations.finishedAt), sameIdentity(own!)));
  const numbers = Object.entries(figures).map(([key, figure]) => ({
    evaluationId,
    figure: storableText(key),
    ...figure,
  }));
  const distributions = histograms.map((row) =>
    storableRow(evaluationHistograms, { ...row, name: storableText(row.name), evaluationId }),
  );
  if (numbers.length > 0) await tx.insert(evaluationFigures).values(numbers);
  if (distributions.length > 0) await tx.insert(evaluationHistograms).values(distributions);
  await tx
    .update(evaluations)
    .set(storableRow(evaluations, { ...result, finishedAt: sql`now()` }))
    .where(eq(evaluations.id, evaluationId));
}

/** Removes an evaluation that will not be finished. */
export async function dropUnfinished(db: Db, evaluationId: number): Promise<void> {
  await inTransaction(db, (tx) =>
    tx.delete(evaluations).where(and(eq(evaluations.id, evaluationId), isNull(evaluations.finishedAt))),
  );
}

/** Which of these subjects have a finished evaluation with this key. */
export async function evaluatedSubjects(
  db: Db,
  key: EvaluationKey,
  subjects: readonly SaeSubject[],
): Promise<SaeSubject[]> {
  const rows = await db
    .select({ runId: evaluations.runId, saeId: evaluations.saeId })
    .from(evaluations)
    .where(and(isNotNull(evaluations.finishedAt), sameKey(key)));
  const runs = new Set(rows.map(({ runId }) => runId));
  const saes = new Set(rows.map(({ saeId }) => saeId));
  return subjects.filter(({ runId, saeId }) => (runId === undefined ? saes.has(saeId) : runs.has(runId)));
}

/** The finished evaluations with this key, of any run or SAE. */
export function evaluationsWithKey(db: Db, key: EvaluationKey): Promise<EvaluationRow[]> {
  return withFigures(db, sameKey(key)!);
}

/** The finished evaluations of a run, all versions, in the order in which they finished. */
export function evaluationsOfRun(db: Db, runId: number): Promise<EvaluationRow[]> {
  return withFigures(db, ofSubject(evaluations, { runId }));
}

/** The finished evaluations of an SAE that no run trained. */
export function evaluationsOfSae(db: Db, saeId: number): Promise<EvaluationRow[]> {
  return withFigures(db, ofSubject(evaluations, { saeId }));
}

/** The finished evaluations of these SAEs: on these activations or on none, or all of them. */
export async function evaluationsOfSaes(
  db: Db,
  saeIds: readonly number[],
  activationsIds?: readonly string[],
): Promise<EvaluationRow[]> {
  if (saeIds.length === 0) return [];
  if (activationsIds === undefined) return withFigures(db, inArray(evaluations.saeId, [...saeIds]));
  const onThese =
    activationsIds.length === 0 ? undefined : inArray(evaluations.activationsId, [...activationsIds]);
  return withFigures(
    db,
    and(inArray(evaluations.saeId, [...saeIds]), or(isNull(evaluations.activationsId), onThese))!,
  );
}

/**
 * The finished evaluations of the runs of a sweep and of the SAEs that it compares them with; of these only those on the
 * activations of its runs, or on none.
 */
export async function evaluationsOfSweep(db: Db, sweepId: number): Promise<EvaluationRow[]> {
  const runs = db.select({ id: sweepRuns.runId }).from(sweepRuns).where(eq(sweepRuns.sweepId, sweepId));
  const saes = db.select({ id: sweepSaes.saeId }).from(sweepSaes).where(eq(sweepSaes.sweepId, sweepId));
  const activations = db
    .select({ id: sql<string>`${runsTable.activationsId}` })
    .from(sweepRuns)
    .innerJoin(runsTable, eq(runsTable.id, sweepRuns.runId))
    .where(eq(sweepRuns.sweepId, sweepId));
  return [
    ...(await withFigures(db, inArray(evaluations.runId, runs))),
    ...(await withFigures(
      db,
      and(
        inArray(evaluations.saeId, saes),
        or(isNull(evaluations.activationsId), inArray(evaluations.activationsId, activations)),
      )!,
    )),
  ];
}

export function evaluationHistogramsOf(db: Db, evaluationId: number): Promise<Histogram[]> {
  const { name, edges, counts } = evaluationHistograms;
  return db
    .select({ name, edges, counts })
    .from(evaluationHistograms)
    .where(eq(evaluationHistograms.evaluationId, evaluationId))
    .orderBy(asc(name));
}

async function withFigures(db: Db, which: SQL): Promise<EvaluationRow[]> {
  const finished = and(isNotNull(evaluations.finishedAt), which);
  const rows = await db
    .select()
    .from(evaluations)
    .where(finished)
    .orderBy(asc(evaluations.finishedAt), asc(evaluations.id));
  // Not aggregated to JSON by the database: JSON has no NaN.
  const numbers = await db
    .select(getTableColumns(evaluationFigures))
    .from(evaluationFigures)
    .innerJoin(evaluations, eq(evaluations.id, evaluationFigures.evaluationId))
    .where(finished)
    .orderBy(asc(evaluationFigures.figure));
  const byEvaluation = Map.groupBy(numbers, ({ evaluationId }) => evaluationId);
  return rows.map((row) => ({
    ...row,
    finishedAt: row.finishedAt!,
    figures: Object.fromEntries(
      (byEvaluation.get(row.id) ?? []).map(({ figure, value, low, high }) => [figure, { value, low, high }]),
    ),
  }));
}

interface AnySubject {
  readonly runId?: number | null | undefined;
  readonly saeId?: number | null | undefined;
}

function sameIdentity({ runId, saeId, ...key }: EvaluationKey & AnySubject): SQL | undefined {
  const subject = runId == null ? eq(evaluations.saeId, saeId!) : eq(evaluations.runId, runId);
  return and(subject, sameKey(key));
}

function sameKey({ name, version, dataId, settingsHash }: EvaluationKey): SQL | undefined {
  return and(
    eq(evaluations.name, name),
    eq(evaluations.version, version),
    eq(evaluations.dataId, dataId),
    eq(evaluations.settingsHash, settingsHash),
  );
}
