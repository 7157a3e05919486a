import { and, eq, gt, lt, or, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { latents } from '../schema/index.ts';
import { latentColumns, summaryColumns, type LatentRow, type LatentSummary } from './latents.ts';

/** What latents are sorted by. */
interface LatentOrder {
  readonly by: 'density' | 'maxActivation' | 'latent';
  readonly direction: 'asc' | 'desc';
}

/** A place in the sorted latents: the value and the index of the latent before it. */
interface LatentPosition {
  readonly value: number;
  readonly latent: number;
}

/**
 * The latents of an evaluation that follow a position; among equals, those of lower index come first.
 *
 * @param query `after` is absent for the first page
 */
export async function latentsAfter(
  db: Db,
  evaluationId: number,
  {
    order: { by, direction },
    after,
    limit,
  }: { readonly order: LatentOrder; readonly after?: LatentPosition | undefined; readonly limit: number },
): Promise<{ readonly rows: LatentSummary[]; readonly next: LatentPosition | null }> {
  const key = latents[by];
  const beyond = direction === 'asc' ? gt : lt;
  const rows = await db
    .select(summaryColumns)
    .from(latents)
    .where(
      and(
        eq(latents.evaluationId, evaluationId),
        after && or(beyond(key, after.value), and(eq(key, after.value), gt(latents.latent, after.latent))),
      ),
    )
    .orderBy(direction === 'asc' ? sql`${key} asc` : sql`${key} desc nulls first`, latents.latent)
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)! : undefined;
  return { rows: page, next: last === undefined ? null : { value: last[by], latent: last.latent } };
}

/** Latents with their features from an index on, in ascending order, for readers that take all of them in turn. */
export function describedLatents(
  db: Db,
  evaluationId: number,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<LatentRow[]> {
  return db
    .select(latentColumns)
    .from(latents)
    .where(and(eq(latents.evaluationId, evaluationId), gt(latents.latent, after)))
    .orderBy(latents.latent)
    .limit(limit);
}
