import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { latentExplanations } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';

/** A label that a language model wrote, with how well it predicts on what the latent fires. */
export type LatentExplanation = Omit<typeof latentExplanations.$inferSelect, 'evaluationId'>;
export type NewLatentExplanation = Omit<typeof latentExplanations.$inferInsert, 'writtenAt'>;

const { evaluationId: _, ...columns } = getTableColumns(latentExplanations);

/** Stores an explanation. One by the same model with the same prompts is replaced. */
export async function saveExplanation(db: Db, row: NewLatentExplanation): Promise<void> {
  const { evaluationId, latent, model, promptVersion, ...found } = storableRow(
    latentExplanations,
    storableText(row),
  );
  await db
    .insert(latentExplanations)
    .values({ evaluationId, latent, model, promptVersion, ...found })
    .onConflictDoUpdate({
      target: [
        latentExplanations.evaluationId,
        latentExplanations.latent,
        latentExplanations.model,
        latentExplanations.promptVersion,
      ],
      set: { ...found, writtenAt: sql`now()` },
    });
}

/** The explanations of a latent, the newest first. */
export function explanationsOfLatent(
  db: Db,
  evaluationId: number,
  latent: number,
): Promise<LatentExplanation[]> {
  return db
    .select(columns)
    .from(latentExplanations)
    .where(and(eq(latentExplanations.evaluationId, evaluationId), eq(latentExplanations.latent, latent)))
    .orderBy(desc(latentExplanations.writtenAt), desc(latentExplanations.promptVersion));
}

/** Whether a language model has explained latents of an evaluation. */
export async function isExplained(db: Db, evaluationId: number): Promise<boolean> {
  const rows = await db
    .select({ latent: latentExplanations.latent })
    .from(latentExplanations)
    .where(eq(latentExplanations.evaluationId, evaluationId))
    .limit(1);
  return rows.length > 0;
}

/** Whether this model has explained a latent with these prompts. */
export async function isLatentExplained(
  db: Db,
  {
    evaluationId,
    latent,
    model,
    promptVersion,
  }: Pick<NewLatentExplanation, 'evaluationId' | 'latent' | 'model' | 'promptVersion'>,
): Promise<boolean> {
  const rows = await db
    .select({ latent: latentExplanations.latent })
    .from(latentExplanations)
    .where(
      and(
        eq(latentExplanations.evaluationId, evaluationId),
        eq(latentExplanations.latent, latent),
        eq(latentExplanations.model, model),
        eq(latentExplanations.promptVersion, promptVersion),
      ),
    );
  return rows.length > 0;
}

/** Tokens of the stored explanations by this model with these prompts, in the requests and in the answers. */
export async function costOfExplanations(
  db: Db,
  by: Pick<NewLatentExplanation, 'evaluationId' | 'model' | 'promptVersion'>,
): Promise<{ readonly promptTokens: number; readonly completionTokens: number }> {
  const { evaluationId, model, promptVersion, promptTokens, completionTokens } = latentExplanations;
  const [row] = await db
    .select({
      promptTokens: sql<number>`coalesce(sum(${promptTokens}), 0)::float8`,
      completionTokens: sql<number>`coalesce(sum(${completionTokens}), 0)::float8`,
    })
    .from(latentExplanations)
    .where(and(eq(evaluationId, by.evaluationId), eq(model, by.model), eq(promptVersion, by.promptVersion)));
  return row!;
}

/** The latents that this model has explained with these prompts. */
export async function explainedLatents(
  db: Db,
  by: Pick<NewLatentExplanation, 'evaluationId' | 'model' | 'promptVersion'>,
): Promise<Set<number>> {
  const rows = await db
    .select({ latent: latentExplanations.latent })
    .from(latentExplanations)
    .where(
      and(
        eq(latentExplanations.evaluationId, by.evaluationId),
        eq(latentExplanations.model, by.model),
        eq(latentExplanations.promptVersion, by.promptVersion),
      ),
    );
  return new Set(rows.map(({ latent }) => latent));
}
