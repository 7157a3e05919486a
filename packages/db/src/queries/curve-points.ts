import { sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { curveChunks } from '../schema/index.ts';
import type { Curve } from './curve.ts';

/** Which points of which curves. */
export interface CurveWindow {
  readonly runIds: readonly number[];
  readonly curves: readonly string[];
  /** The first step. */
  readonly from: number;
  /** The step after the last one; undefined for all. */
  readonly until: number | undefined;
}

/** All points of these curves of these runs in a window of steps, in the order of runs and names. */
export async function curvePoints(
  db: Db,
  window: CurveWindow,
): Promise<(Curve & { readonly runId: number; readonly curve: string })[]> {
  const { from, until = Infinity } = window;
  const { runId, curve, firstStep, steps, values } = curveChunks;
  const chunks = await db
    .select({ runId, curve, steps, values })
    .from(curveChunks)
    .where(chosen(window))
    .orderBy(runId, curve, firstStep);
  const isInside = (step: number): boolean => step >= from && step < until;
  return [...Map.groupBy(chunks, (chunk) => `${chunk.runId} ${chunk.curve}`).values()].flatMap((rows) => {
    const found = rows.flatMap((row) => row.steps);
    const kept = found.map(isInside);
    const whole = rows.flatMap((row) => row.values);
    const inside = {
      steps: found.filter((_, index) => kept[index]),
      values: whole.filter((_, index) => kept[index]),
    };
    return inside.steps.length === 0 ? [] : [{ runId: rows[0]!.runId, curve: rows[0]!.curve, ...inside }];
  });
}

/** An upper bound of the number of points that `curvePoints` reads: those of the chunks that reach into the window. */
export async function countCurvePoints(db: Db, window: CurveWindow): Promise<number> {
  const [row] = await db
    .select({ points: sql<number>`coalesce(sum(cardinality(${curveChunks.steps})), 0)::float8` })
    .from(curveChunks)
    .where(chosen(window));
  return row!.points;
}

function chosen({ runIds, curves, from, until }: CurveWindow) {
  const ids = `{${runIds.join()}}`;
  const names = sql.join(
    curves.map((name) => sql`${name}`),
    sql`, `,
  );
  return sql`${curveChunks.runId} = any(${ids}::int[]) and ${curveChunks.curve} in (${names})
    and ${curveChunks.lastStep} >= ${from} ${until === undefined ? sql`` : sql`and ${curveChunks.firstStep} < ${until}`}`;
}
