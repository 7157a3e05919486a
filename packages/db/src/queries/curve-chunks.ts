import { sql, type SQL } from 'drizzle-orm';
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
/** A statement takes at most 65535 parameters. */
const ROWS_PER_STATEMENT = 5000;

type Chunk = Omit<typeof curveChunks.$inferSelect, 'steps' | 'values'> & { steps: SQL; values: SQL };

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
      const lastStep = steps[Math.min(end, steps.length) - 1]!;
      chunks.push({
        runId,
        curve,
        firstStep,
        lastStep,
        steps: sql`${arrayText(steps, start, end)}::integer[]`,
        values: sql`${arrayText(values, start, end)}::double precision[]`,
      });
    }
    return chunks;
  });
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await tx
      .insert(curveChunks)
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      // A row with a stored first step extends that curve's last chunk.
      .onConflictDoUpdate({
        target: [curveChunks.runId, curveChunks.curve, curveChunks.firstStep],
        set: {
          steps: sql`${curveChunks.steps} || excluded.steps`,
          values: sql`${curveChunks.values} || excluded.values`,
          lastStep: sql`excluded.last_step`,
        },
      });
  }
  return [...open.values()].reduce((sum, { points }) => sum + ROW_BYTES + points * POINT_BYTES, 0);
}

/** An array as Postgres reads it. drizzle would look up the type of every number, which takes longer than storing it. */
function arrayText(numbers: readonly number[], start: number, end: number): string {
  return `{${numbers.slice(start, end).join()}}`;
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
  const wanted = sql.join(
    keys.map((key) => sql`(${key}::text)`),
    sql`, `,
  );
  // One index lookup per curve, however many chunks it has.
  const rows = await tx.execute<{ curve: string; first_step: number; last_step: number; points: number }>(sql`
    select wanted.curve, last.first_step, last.last_step, last.points
    from (values ${wanted}) as wanted (curve)
    cross join lateral (
      select ${firstStep} as first_step, ${lastStep} as last_step, cardinality(${steps}) as points
      from ${curveChunks}
      where ${curveChunks.runId} = ${runId} and ${curveChunks.curve} = wanted.curve
      order by ${firstStep} desc limit 1
    ) as last`);
  return new Map(
    rows.map(({ curve, first_step, last_step, points }) => [
      curve,
      { firstStep: first_step, lastStep: last_step, points },
    ]),
  );
}
