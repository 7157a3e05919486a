import { sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { curveChunks } from '../schema/index.ts';
import type { Curve } from './curve.ts';

/** Points of a full chunk. Its row takes 17 bytes a point, including its share of the index. */
const CHUNK_POINTS = 60;
/** Bytes of a chunk's row without points, and per point. */
const ROW_BYTES = 110;
const POINT_BYTES = 12;
/** Space is reclaimed once replaced row versions take this much. */
const RECLAIM_BYTES = 65_536;
type Chunk = Omit<typeof curveChunks.$inferSelect, 'runId'>;

/** The last chunk of a curve, without its points. */
export interface LastChunk {
  readonly firstStep: number;
  readonly lastStep: number;
  /** Number of points. */
  readonly points: number;
}

/**
 * Appends points to the last chunk of each curve until it is full, then to new chunks.
 *
 * @param last the last chunk of each curve that has one
 * @returns the bytes of the rows that were replaced by longer ones
 */
export async function appendChunks(
  tx: Db,
  runId: number,
  curves: readonly [string, Curve][],
  last: ReadonlyMap<string, LastChunk>,
): Promise<number> {
  const open = new Map([...last].filter(([, { points }]) => points < CHUNK_POINTS));
  const rows = curves.flatMap(([curve, { steps, values }]) => {
    const chunks: Chunk[] = [];
    for (let start = 0, end; start < steps.length; start = end) {
      const { firstStep = steps[start]!, points = 0 } = (start === 0 && open.get(curve)) || {};
      end = start + CHUNK_POINTS - points;
      chunks.push({
        curve,
        firstStep,
        lastStep: steps[Math.min(end, steps.length) - 1]!,
        steps: steps.slice(start, end),
        values: values.slice(start, end),
      });
    }
    return chunks;
  });
  const column = (of: (chunk: Chunk) => string | number): string => `{${rows.map(of).join()}}`;
  // One text for any number of rows, so that it is parsed once. drizzle would look at every row and every number, which
  // takes longer than storing them.
  const query = tx
    .insert(curveChunks)
    .select(
      sql`
        select ${runId}::integer, curve, first_step, last_step, steps::integer[], values::double precision[]
        from unnest(
          ${column(({ curve }) => quoted(curve))}::text[],
          ${column(({ firstStep }) => firstStep)}::integer[],
          ${column(({ lastStep }) => lastStep)}::integer[],
          ${column(({ steps }) => `"{${steps.join()}}"`)}::text[],
          ${column(({ values }) => `"{${values.join()}}"`)}::text[]
        ) as chunk (curve, first_step, last_step, steps, values)`,
    )
    // A row with a stored first step extends that curve's last chunk.
    .onConflictDoUpdate({
      target: [curveChunks.runId, curveChunks.curve, curveChunks.firstStep],
      set: {
        steps: sql`${curveChunks.steps} || excluded.steps`,
        values: sql`${curveChunks.values} || excluded.values`,
        lastStep: sql`excluded.last_step`,
      },
    });
  await query.prepare('append_chunks').execute();
  return [...open.values()].reduce((sum, { points }) => sum + ROW_BYTES + points * POINT_BYTES, 0);
}

/** A text as an element of a Postgres array. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Bytes of replaced rows since space was last reclaimed, by database. */
const wasted = new WeakMap<Db, number>();

/**
 * Vacuums the chunks once enough rows were replaced. Autovacuum would take a minute or more, by which time the table
 * would be several times its size.
 *
 * @param db the database itself, since a vacuum cannot run inside a transaction
 */
export async function reclaimSpace(db: Db, replaced: number): Promise<void> {
  const bytes = (wasted.get(db) ?? 0) + replaced;
  wasted.set(db, bytes < RECLAIM_BYTES ? bytes : 0);
  if (bytes < RECLAIM_BYTES) return;
  try {
    await db.execute(sql`vacuum (skip_locked, truncate false) ${curveChunks}`);
  } catch {
    // The points are stored. If the database has a problem, the next write reports it.
  }
}

/** The last chunk of each of these curves of a run; a curve without points is absent. */
export async function lastChunks(
  tx: Db,
  runId: number,
  keys: readonly string[],
): Promise<Map<string, LastChunk>> {
  const { firstStep, lastStep, steps } = curveChunks;
  // One index lookup per curve, however many chunks it has.
  const query = tx
    .select({
      curve: sql<string>`wanted.curve`,
      firstStep: sql<number>`last.first_step`,
      lastStep: sql<number>`last.last_step`,
      points: sql<number>`last.points`,
    })
    .from(
      sql`unnest(${`{${keys.map(quoted).join()}}`}::text[]) as wanted (curve) cross join lateral (
        select ${firstStep} as first_step, ${lastStep} as last_step, cardinality(${steps}) as points
        from ${curveChunks}
        where ${curveChunks.runId} = ${runId} and ${curveChunks.curve} = wanted.curve
        order by ${firstStep} desc limit 1
      ) as last`,
    );
  const rows = await query.prepare('last_chunks').execute();
  return new Map(rows.map(({ curve, ...last }) => [curve, last]));
}
