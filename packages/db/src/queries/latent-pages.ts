import { and, asc, eq, getTableColumns, gt, isNull, lt, lte, gte, or, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { latentProbes, latents } from '../schema/index.ts';
import { latentColumns, summaryColumns, type LatentRow, type LatentSummary } from './latents.ts';

/** What latents are sorted by. */
interface LatentOrder {
  readonly by: 'density' | 'maxActivation' | 'latent' | 'probingScore';
  readonly direction: 'asc' | 'desc';
}

/** A place in the sorted latents: the value and the index of the latent before it. */
interface LatentPosition {
  /** Null among the latents without a score, which come last in both directions. */
  readonly value: number | null;
  readonly latent: number;
}

/** A latent with how well it tells a class apart; null without a score. */
export type ProbedLatent = LatentSummary & {
  readonly probingScore: number | null;
  readonly probingClass: string | null;
};

interface LatentPageQuery {
  readonly order: LatentOrder;
  /** Absent for the first page. */
  readonly after?: LatentPosition | undefined;
  readonly limit: number;
  /** The evaluation that scored the latents, see `probingOf`; null if there is none. */
  readonly probingId: number | null;
}

const listed = { ...summaryColumns, probingScore: latentProbes.score, probingClass: latentProbes.class };

/** The latents of an evaluation that follow a position; among equals, those of lower index come first. */
export async function latentsAfter(
  db: Db,
  evaluationId: number,
  query: LatentPageQuery,
): Promise<{ readonly rows: ProbedLatent[]; readonly next: LatentPosition | null }> {
  const { order, limit } = query;
  const rows = await (order.by === 'probingScore'
    ? byProbingScore(db, evaluationId, query)
    : byColumn(db, evaluationId, query, latents[order.by]));
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)! : undefined;
  return { rows: page, next: last === undefined ? null : { value: last[order.by], latent: last.latent } };
}

/** One latent more than the page, so that the last page is known. */
function byColumn(
  db: Db,
  evaluationId: number,
  { order: { direction }, after, limit, probingId }: LatentPageQuery,
  key: typeof latents.density | typeof latents.maxActivation | typeof latents.latent,
): Promise<ProbedLatent[]> {
  const beyond = direction === 'asc' ? gt : lt;
  const value = after?.value ?? null;
  return db
    .select(listed)
    .from(latents)
    .leftJoin(latentProbes, isProbeIn(probingId))
    .where(
      and(
        eq(latents.evaluationId, evaluationId),
        value === null
          ? undefined
          : or(beyond(key, value), and(eq(key, value), gt(latents.latent, after!.latent))),
      ),
    )
    .orderBy(direction === 'asc' ? sql`${key} asc` : sql`${key} desc nulls first`, latents.latent)
    .limit(limit + 1);
}

/** Those with a score in the order of its index, then those without one in that of theirs. */
async function byProbingScore(
  db: Db,
  evaluationId: number,
  { order: { direction }, after, limit, probingId }: LatentPageQuery,
): Promise<ProbedLatent[]> {
  const { score, latent } = getTableColumns(latentProbes);
  const [beyond, notBefore, sorted] =
    direction === 'asc'
      ? ([gt, gte, asc(score)] as const)
      : ([lt, lte, sql`${score} desc nulls last`] as const);
  const wanted = limit + 1;
  const value = after?.value;
  const scored =
    value === null
      ? []
      : await db
          .select(listed)
          .from(latentProbes)
          .innerJoin(latents, eq(latents.latent, latent))
          .where(
            and(
              eq(latents.evaluationId, evaluationId),
              sql`${latentProbes.evaluationId} = ${probingId}::int`,
              // The first condition is where the index starts.
              value === undefined
                ? undefined
                : and(notBefore(score, value), or(beyond(score, value), gt(latent, after!.latent))),
            ),
          )
          .orderBy(sorted, latent)
          .limit(wanted);
  if (scored.length === wanted) return scored;
  const rest = await db
    .select(listed)
    .from(latents)
    .leftJoin(latentProbes, isProbeIn(probingId))
    .where(
      and(
        eq(latents.evaluationId, evaluationId),
        isNull(latent),
        value === null ? gt(latents.latent, after!.latent) : undefined,
      ),
    )
    .orderBy(latents.latent)
    .limit(wanted - scored.length);
  return [...scored, ...rest];
}

function isProbeIn(probingId: number | null): SQL {
  return sql`${latentProbes.evaluationId} = ${probingId}::int and ${latentProbes.latent} = ${latents.latent}`;
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
