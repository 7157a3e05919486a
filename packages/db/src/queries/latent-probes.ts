import { and, desc, eq, exists, getTableColumns, inArray, isNotNull } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { evaluations, latentProbes } from '../schema/index.ts';
import type { JsonObject } from '../schema/index.ts';
import { appendRows } from './evaluation-fence.ts';
import { storableRow, storableText } from './storable.ts';
import { ofSubject, type SaeSubject } from './subject.ts';

/** How well a latent tells a class of labelled documents from the others: see `LatentProbe` of `@sae-lab/core`. */
export type LatentProbeRow = Omit<typeof latentProbes.$inferSelect, 'evaluationId'>;

const { evaluationId: _, ...probeColumns } = getTableColumns(latentProbes);

const ROWS_PER_STATEMENT = 5000;

/**
 * Adds probes of latents to an unfinished evaluation.
 *
 * @throws {SaeLabError} `db.stale-evaluation`, `db.bad-value`
 */
export async function appendProbes(
  db: Db,
  evaluationId: number,
  rows: readonly LatentProbeRow[],
): Promise<void> {
  await appendRows(db, evaluationId, { rows, perStatement: ROWS_PER_STATEMENT }, (tx, slice) =>
    tx
      .insert(latentProbes)
      .values(slice.map((row) => storableRow(latentProbes, { ...storableText(row), evaluationId }))),
  );
}

/** A finished evaluation that scored single latents of an SAE. */
export type ProbingEvaluation = Pick<
  typeof evaluations.$inferSelect,
  'id' | 'version' | 'documents' | 'settings'
>;

const { id, version, documents, settings } = getTableColumns(evaluations);

/**
 * The one that every list, export and program reads: that of the latest version, of these the one on the most documents, of
 * these the newest. Undefined if no latent of the SAE was scored.
 */
export async function probingOf(db: Db, subject: SaeSubject): Promise<ProbingEvaluation | undefined> {
  const probed = db
    .select({ latent: latentProbes.latent })
    .from(latentProbes)
    .where(eq(latentProbes.evaluationId, evaluations.id));
  const [first] = await db
    .select({ id, version, documents, settings })
    .from(evaluations)
    .where(and(ofSubject(evaluations, subject), isNotNull(evaluations.finishedAt), exists(probed)))
    .orderBy(desc(version), desc(documents), desc(evaluations.finishedAt), desc(id))
    .limit(1);
  return first;
}

/** A latent's score in one of the evaluations of its SAE. */
export interface ProbeOfLatent extends LatentProbeRow {
  readonly evaluationId: number;
  /** Settings of that evaluation, e.g. its dataset and its column of labels. */
  readonly settings: JsonObject;
}

/** The scores of a latent in all evaluations of its SAE, in the order of {@link probingOf}. */
export function probesOfLatent(db: Db, subject: SaeSubject, latent: number): Promise<ProbeOfLatent[]> {
  return db
    .select({ ...probeColumns, evaluationId: id, settings })
    .from(latentProbes)
    .innerJoin(evaluations, eq(evaluations.id, latentProbes.evaluationId))
    .where(
      and(
        ofSubject(evaluations, subject),
        isNotNull(evaluations.finishedAt),
        eq(latentProbes.latent, latent),
      ),
    )
    .orderBy(desc(version), desc(evaluations.documents), desc(evaluations.finishedAt), desc(id));
}

/** Of these latents, those that an evaluation scored. */
export async function probesOfLatents(
  db: Db,
  evaluationId: number,
  latents: readonly number[],
): Promise<ReadonlyMap<number, LatentProbeRow>> {
  const rows = await db
    .select(probeColumns)
    .from(latentProbes)
    .where(and(eq(latentProbes.evaluationId, evaluationId), inArray(latentProbes.latent, [...latents])));
  return new Map(rows.map((row) => [row.latent, row]));
}
