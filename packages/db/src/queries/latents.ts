import { and, asc, count, desc, eq, getTableColumns, gt, inArray } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { latents } from '../schema/index.ts';
import { appendRows } from './evaluation-fence.ts';
import { storableRow, storableText } from './storable.ts';

/** A latent with its features. */
export type LatentRow = Omit<
  typeof latents.$inferSelect,
  'evaluationId' | 'maxCosine' | 'raisedTokens' | 'activeTokens' | 'searchText'
>;
/** What a list shows of a latent. */
export type LatentSummary = Omit<LatentRow, 'features'>;

/** What an evaluation stores of a latent: its features, and what lists sort and search by. */
export type NewLatent = Omit<typeof latents.$inferInsert, 'evaluationId'>;

const {
  evaluationId: _,
  maxCosine: _cosine,
  raisedTokens: _raised,
  activeTokens: _active,
  searchText: _text,
  ...rowColumns
} = getTableColumns(latents);
const { features: __, ...listedColumns } = rowColumns;
/** The columns of a {@link LatentRow} and of a {@link LatentSummary}. */
export const latentColumns = rowColumns;
export const summaryColumns = listedColumns;

const ROWS_PER_STATEMENT = 1000;

/**
 * Adds latents to an unfinished evaluation. Texts are only shown, so characters that Postgres cannot store are replaced.
 *
 * @throws {SaeLabError} `db.stale-evaluation`, `db.bad-value`
 */
export async function appendLatents(db: Db, evaluationId: number, rows: readonly NewLatent[]): Promise<void> {
  await appendRows(db, evaluationId, { rows, perStatement: ROWS_PER_STATEMENT }, (tx, slice) =>
    tx
      .insert(latents)
      .values(slice.map((row) => storableRow(latents, { ...storableText(row), evaluationId }))),
  );
}

/** The number of latents that an evaluation describes. */
export async function countLatents(db: Db, evaluationId: number): Promise<number> {
  const [row] = await db
    .select({ latents: count() })
    .from(latents)
    .where(eq(latents.evaluationId, evaluationId));
  return row!.latents;
}

/** Latents of an evaluation, the most frequent first. */
export function latentsByDensity(
  db: Db,
  evaluationId: number,
  { limit, offset = 0 }: { limit: number; offset?: number },
): Promise<LatentSummary[]> {
  return db
    .select(summaryColumns)
    .from(latents)
    .where(eq(latents.evaluationId, evaluationId))
    .orderBy(desc(latents.density), asc(latents.latent))
    .limit(limit)
    .offset(offset);
}

export async function latentOf(db: Db, evaluationId: number, latent: number): Promise<LatentRow | undefined> {
  const [row] = await db
    .select(latentColumns)
    .from(latents)
    .where(and(eq(latents.evaluationId, evaluationId), eq(latents.latent, latent)));
  return row;
}

/** Of these latents, those that the evaluation describes. */
export async function latentSummaries(
  db: Db,
  evaluationId: number,
  indices: readonly number[],
): Promise<Map<number, LatentSummary>> {
  if (indices.length === 0) return new Map();
  const rows = await db
    .select(summaryColumns)
    .from(latents)
    .where(and(eq(latents.evaluationId, evaluationId), inArray(latents.latent, [...indices])));
  return new Map(rows.map((row) => [row.latent, row]));
}

/** The latents that fired on the evaluated tokens, the largest activation first. */
export async function firingLatents(db: Db, evaluationId: number): Promise<number[]> {
  const rows = await db
    .select({ latent: latents.latent })
    .from(latents)
    .where(and(eq(latents.evaluationId, evaluationId), gt(latents.density, 0)))
    .orderBy(desc(latents.maxActivation), asc(latents.latent));
  return rows.map(({ latent }) => latent);
}
