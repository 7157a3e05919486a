import { and, count, desc, eq, getTableColumns, isNotNull } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { evaluations, latents } from '../schema/index.ts';
import { ofSubject, type SaeSubject } from './subject.ts';

/** A finished evaluation that describes latents of an SAE. */
export type FeatureEvaluation = Pick<
  typeof evaluations.$inferSelect,
  'id' | 'name' | 'version' | 'tokens' | 'documents' | 'settings'
> & { finishedAt: Date; latents: number };

/** Those that describe the most latents first, then the newest. */
export async function featureEvaluationsOf(db: Db, subject: SaeSubject): Promise<FeatureEvaluation[]> {
  const { id, name, version, tokens, documents, settings, finishedAt } = getTableColumns(evaluations);
  const described = count(latents.latent);
  const rows = await db
    .select({ id, name, version, tokens, documents, settings, finishedAt, latents: described })
    .from(evaluations)
    .innerJoin(latents, eq(latents.evaluationId, evaluations.id))
    .where(and(ofSubject(evaluations, subject), isNotNull(evaluations.finishedAt)))
    .groupBy(evaluations.id)
    .orderBy(desc(described), desc(version), desc(tokens), desc(finishedAt));
  return rows.map((row) => ({ ...row, finishedAt: row.finishedAt! }));
}

/** The one that every page, export and program reads unless it is told otherwise; undefined if no latent is described. */
export async function featuresOf(db: Db, subject: SaeSubject): Promise<FeatureEvaluation | undefined> {
  const [first] = await featureEvaluationsOf(db, subject);
  return first;
}
