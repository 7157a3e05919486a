import { and, eq, getTableColumns, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { latents, saeMatches } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';
import { compareSubjects, type SaeSubject } from './subject.ts';

/** The matches of two SAEs, with an entry of each array for each latent. */
type MatchesRow = typeof saeMatches.$inferSelect;
/** The matches of two SAEs, which are in the order of {@link orderedPair}. */
export type NewMatches = Omit<MatchesRow, 'finishedAt' | keyof PairColumns> & {
  readonly pair: readonly [SaeSubject, SaeSubject];
};
type PairColumns = Pick<MatchesRow, 'runA' | 'saeA' | 'runB' | 'saeB'>;

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

/** A {@link MatchSummary} of two runs. */
export type RunMatchSummary = MatchSummary & { readonly runA: number; readonly runB: number };

/** The SAEs of a pair in the order in which it is stored. */
export function orderedPair<T extends SaeSubject>(one: T, other: T): [T, T] {
  return compareSubjects(one, other) <= 0 ? [one, other] : [other, one];
}

/** The row of a pair, in either order. */
export function ofPair(one: SaeSubject, other: SaeSubject): SQL {
  const [a, b] = orderedPair(one, other);
  const { runA, saeA, runB, saeB } = saeMatches;
  return and(
    a.runId === undefined ? and(isNull(runA), eq(saeA, a.saeId)) : eq(runA, a.runId),
    b.runId === undefined ? and(isNull(runB), eq(saeB, b.saeId)) : eq(runB, b.runId),
  )!;
}

/**
 * Stores the matches of a pair. They replace earlier ones.
 *
 * @throws {SaeLabError} `db.bad-value`
 */
export async function storeMatches(db: Db, { pair: [a, b], ...matches }: NewMatches): Promise<void> {
  const row = storableRow(saeMatches, {
    ...matches,
    runA: a.runId ?? null,
    saeA: a.saeId ?? null,
    runB: b.runId ?? null,
    saeB: b.saeId ?? null,
    provenance: storableText(matches.provenance),
  });
  await inTransaction(db, async (tx) => {
    await tx.delete(saeMatches).where(ofPair(a, b));
    await tx.insert(saeMatches).values(row);
  });
}

/** The pairs that are stored among these runs. */
export async function matchesAmong(db: Db, runIds: readonly number[]): Promise<RunMatchSummary[]> {
  if (runIds.length < 2) return [];
  const rows = await db
    .select(summary)
    .from(saeMatches)
    .where(and(inArray(saeMatches.runA, [...runIds]), inArray(saeMatches.runB, [...runIds])))
    .orderBy(saeMatches.runA, saeMatches.runB);
  return rows.map((row) => ({ ...row, runA: row.runA!, runB: row.runB! }));
}

/** A pair with the cosines of its latents, for distributions, in the order of {@link orderedPair}. */
export type PairCosines = MatchSummary & Pick<MatchesRow, 'cosineA' | 'cosineB' | 'partnerCosineA'>;

export async function pairCosines(
  db: Db,
  one: SaeSubject,
  other: SaeSubject,
): Promise<PairCosines | undefined> {
  const [row] = await db
    .select({ ...summary, cosineA, cosineB, partnerCosineA })
    .from(saeMatches)
    .where(ofPair(one, other));
  return row;
}

/** What a pair has in common; undefined if it is not matched. */
export async function matchesOfPair(
  db: Db,
  one: SaeSubject,
  other: SaeSubject,
): Promise<MatchSummary | undefined> {
  const [row] = await db.select(summary).from(saeMatches).where(ofPair(one, other));
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
