import { and, asc, desc, eq, getTableColumns, gt, inArray } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { latentNotes, runs, saes } from '../schema/index.ts';
import { storableText } from './storable.ts';
import { ofSubject, type SaeSubject } from './subject.ts';

/** What a person wrote about a latent. */
export type LatentNote = Omit<typeof latentNotes.$inferSelect, 'runId' | 'saeId'>;
type Written = Pick<LatentNote, 'kind' | 'text' | 'author'>;

const { runId: _, saeId: __, ...columns } = getTableColumns(latentNotes);

/** Labels and notes of a latent, the newest first. */
export function notesOfLatent(db: Db, subject: SaeSubject, latent: number): Promise<LatentNote[]> {
  return db
    .select(columns)
    .from(latentNotes)
    .where(and(ofSubject(latentNotes, subject), eq(latentNotes.latent, latent)))
    .orderBy(desc(latentNotes.writtenAt), desc(latentNotes.id));
}

/** The newest label that a person gave to each of these latents. */
export async function labelsOfLatents(
  db: Db,
  subject: SaeSubject,
  latents: readonly number[],
): Promise<Map<number, string>> {
  if (latents.length === 0) return new Map();
  const rows = await db
    .select({ latent: latentNotes.latent, text: latentNotes.text })
    .from(latentNotes)
    .where(
      and(
        ofSubject(latentNotes, subject),
        eq(latentNotes.kind, 'label'),
        inArray(latentNotes.latent, [...latents]),
      ),
    )
    .orderBy(asc(latentNotes.writtenAt), asc(latentNotes.id));
  return new Map(rows.map(({ latent, text }) => [latent, text]));
}

/** @returns the id of the new note, or undefined if the SAE or its latent does not exist */
export function addLatentNote(
  db: Db,
  { subject, latent, ...written }: Written & { subject: SaeSubject; latent: number },
): Promise<number | undefined> {
  return inTransaction(db, async (tx) => {
    const { runId, saeId } = subject;
    const existing =
      runId === undefined
        ? await tx
            .select({ id: saes.id })
            .from(saes)
            .where(and(eq(saes.id, saeId), gt(saes.width, latent)))
        : await tx
            .select({ id: runs.id })
            .from(runs)
            .where(and(eq(runs.id, runId), gt(runs.width, latent)));
    if (existing.length === 0) return undefined;
    const [row] = await tx
      .insert(latentNotes)
      .values({ runId, saeId, latent, ...storableText(written) })
      .returning({ id: latentNotes.id });
    return row!.id;
  });
}

/** @returns whether the latent has such a note */
export async function deleteLatentNote(
  db: Db,
  { subject, latent, id }: { subject: SaeSubject; latent: number; id: number },
): Promise<boolean> {
  const rows = await db
    .delete(latentNotes)
    .where(and(eq(latentNotes.id, id), ofSubject(latentNotes, subject), eq(latentNotes.latent, latent)))
    .returning({ id: latentNotes.id });
  return rows.length === 1;
}
