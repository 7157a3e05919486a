import { sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { curveChunks } from '../schema/index.ts';

/** A curve of a run, and the last step that a reader has of it; −1 if it has none. */
export interface CurveCursor {
  readonly runId: number;
  readonly curve: string;
  readonly after: number;
}

/** What follows a cursor. */
export interface CurveTail {
  readonly runId: number;
  readonly curve: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** The last step that is stored; −1 without points. Below the cursor if the curve was replaced by a shorter one. */
  readonly end: number;
}

/** The points that follow each cursor, in the order of the cursors: one round trip, two index lookups per cursor. */
export async function curveTails(db: Db, cursors: readonly CurveCursor[]): Promise<CurveTail[]> {
  if (cursors.length === 0) return [];
  const { runId, curve, firstStep, steps, values } = curveChunks;
  const wanted = sql.join(
    cursors.map(
      (one, place) => sql`(${place}::int, ${one.runId}::int, ${one.curve}::text, ${one.after}::int)`,
    ),
    sql`, `,
  );
  const rows = await db.execute<{ place: number; steps: number[]; values: number[] }>(sql`
    select wanted.place, chunk.steps, chunk.values
    from (values ${wanted}) as wanted (place, run_id, curve, after)
    cross join lateral (
      select ${steps} as steps, ${values} as values
      from ${curveChunks}
      where ${runId} = wanted.run_id and ${curve} = wanted.curve and ${firstStep} >= coalesce((
        select max(${firstStep}) from ${curveChunks}
        where ${runId} = wanted.run_id and ${curve} = wanted.curve and ${firstStep} <= wanted.after), 0)
      order by ${firstStep}
    ) as chunk
    order by wanted.place`);
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  return cursors.map(({ after, ...key }, place) => {
    const chunks = byPlace.get(place) ?? [];
    const stored = chunks.flatMap((chunk) => chunk.steps);
    const start = stored.findIndex((step) => step > after);
    return {
      runId: key.runId,
      curve: key.curve,
      steps: start < 0 ? [] : stored.slice(start),
      values: start < 0 ? [] : chunks.flatMap((chunk) => chunk.values).slice(start),
      end: stored.at(-1) ?? -1,
    };
  });
}
