import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { latents, saeMatches } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';

/** The matches of two runs, with an entry of each array for each latent. */
type MatchesRow = typeof saeMatches.$inferSelect;
export type NewMatches = Omit<MatchesRow, 'finishedAt'>;

const {
  bestA: _bestA,
  bestB: _bestB,
  cosineA,
  cosineB,
  partnerA: _partnerA,
  partnerB: _partnerB,
  partnerCosineA,
  partnerCosineB: _partnerCosineB,
  densityA: _densityA,
  densityB: _densityB,
  togetherA: _togetherA,
  togetherB: _togetherB,
  ...summary
} = getTableColumns(saeMatches);

/** What a pair has in common, without its latents. */
export type MatchSummary = Pick<MatchesRow, keyof typeof summary>;

/** The runs of a pair in the order in which it is stored. */
export function orderedPair(one: number, other: number): { runA: number; runB: number } {
  return { runA: Math.min(one, other), runB: Math.max(one, other) };
}

/**
 * Stores the matches of a pair. They replace earlier ones.
 *
 * @throws {SaeLabError} `db.bad-value`
 */
export async function storeMatches(db: Db, matches: NewMatches): Promise<void> {
  const row = storableRow(saeMatches, { ...matches, provenance: storableText(matches.provenance) });
  const { runA, runB } = matches;
  await inTransaction(db, async (tx) => {
    await tx.delete(saeMatches).where(and(eq(saeMatches.runA, runA), eq(saeMatches.runB, runB)));
    await tx.insert(saeMatches).values(row);
  });
}

/** The pairs that are stored among these runs. */
export function matchesAmong(db: Db, runIds: readonly number[]): Promise<MatchSummary[]> {
  if (runIds.length < 2) return Promise.resolve([]);
  return db
    .select(summary)
    .from(saeMatches)
    .where(and(inArray(saeMatches.runA, [...runIds]), inArray(saeMatches.runB, [...runIds])))
    .orderBy(saeMatches.runA, saeMatches.runB);
}

/** A pair with the cosines of its latents, for distributions. `runA` is the smaller id. */
export type PairCosines = MatchSummary & Pick<MatchesRow, 'cosineA' | 'cosineB' | 'partnerCosineA'>;

export async function pairCosines(db: Db, one: number, other: number): Promise<PairCosines | undefined> {
  const { runA, runB } = orderedPair(one, other);
  const [row] = await db
    .select({ ...summary, cosineA, cosineB, partnerCosineA })
    .from(saeMatches)
    .where(and(eq(saeMatches.runA, runA), eq(saeMatches.runB, runB)));
  return row;
}

/** What a page shows of a latent next to its match. */
export interface LatentGlance {
  readonly latent: number;
  readonly topToken: string | null;
  readonly raisedToken: string | null;
  /** The strongest example, as `LatentFeatures` has it; null if the latent never fired. */
  readonly example: {
    readonly document: number;
    readonly tokens: readonly string[];
    readonly activations: readonly (number | null)[];
    readonly at: number;
  } | null;
}

/**
 * Glances at these latents; those that the evaluation does not describe are left out.
 *
 * @param options examples: without them, only columns are read
 */
export function glancesAt(
  db: Db,
  evaluationId: number,
  indices: readonly number[],
  { examples }: { readonly examples: boolean },
): Promise<LatentGlance[]> {
  if (indices.length === 0) return Promise.resolve([]);
  const example = sql<LatentGlance['example']>`${latents.features} #> '{top,0}'`;
  return db
    .select({
      latent: latents.latent,
      topToken: latents.topToken,
      raisedToken: latents.raisedToken,
      example: examples ? example : sql<null>`null`,
    })
    .from(latents)
    .where(
      and(
        eq(latents.evaluationId, evaluationId),
        // One parameter, however many latents: a statement takes at most 65,535.
        sql`${latents.latent} = any(${`{${[...new Set(indices)].join(',')}}`}::int[])`,
      ),
    );
}
