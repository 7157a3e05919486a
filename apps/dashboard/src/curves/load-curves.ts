import 'server-only';
import { attemptsOf, bucketedCurves, curveTails, type CurveCursor, type Db } from '@sae-lab/db/reading';
import type { CurveBucket } from '@sae-lab/db/buckets';
import { sent, type CurvesAnswer, type SentCurve, type TailsAnswer } from './curve-answer.ts';

export interface CurvesRequest {
  readonly runIds: readonly number[];
  readonly curves: readonly string[];
  readonly from: number;
  readonly until: number | undefined;
  readonly buckets: number;
}

/** Curves of runs in buckets. */
export async function loadCurves(
  db: Db,
  { runIds, curves, ...window }: CurvesRequest,
): Promise<CurvesAnswer> {
  // Attempts come first: a run that is started during the other queries is then noticed later.
  const attempts = await attemptsOf(db, runIds);
  const read = async (curve: string): Promise<SentCurve> => {
    const { until, ...rest } = window;
    const found = await bucketedCurves(db, { runIds, curve, ...rest, ...(until !== undefined && { until }) });
    return {
      curve,
      size: found.size,
      runs: [...found.curves].map(([id, buckets]) => ({
        id,
        end: found.ends.get(id)!,
        ...columns(buckets, found.size),
      })),
    };
  };
  return { attempts, curves: await Promise.all(curves.map(read)) };
}

/** What follows the points that a reader has. */
export async function loadTails(db: Db, cursors: readonly CurveCursor[]): Promise<TailsAnswer> {
  const attempts = await attemptsOf(db, [...new Set(cursors.map(({ runId }) => runId))]);
  const tails = await curveTails(db, cursors);
  return {
    attempts,
    tails: tails.map(({ runId, curve, steps, values, end }) => ({
      run: runId,
      curve,
      steps,
      values: values.map(sent),
      end,
    })),
  };
}

function columns(buckets: readonly CurveBucket[], size: number) {
  const last = buckets.map((bucket) => sent(bucket.last));
  const isFlat = buckets.every(({ min, max }) => Object.is(min, max));
  return {
    at: buckets.map(({ start }) => start / size),
    last,
    ...(!isFlat && {
      min: buckets.map(({ min }) => sent(min)),
      max: buckets.map(({ max }) => sent(max)),
    }),
  };
}
