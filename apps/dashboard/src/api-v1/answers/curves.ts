import 'server-only';
import {
  bucketedCurves,
  countCurvePoints,
  curvePoints,
  runsByHashPrefix,
  type CurveWindow,
  type Db,
} from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import type { z } from 'zod';
import { MOST_RUNS, parseSelection } from '../../compare/selection.ts';
import { MOST_POINTS, type listCurves } from '../endpoints/curves.ts';
import { sentNumber } from '../values.ts';
import { notFound } from './find.ts';

type Query = z.infer<(typeof listCurves)['query']>;

/** A curve with its numbers as they are stored. Of buckets, `steps` are their first ones. */
export interface LoadedCurve {
  readonly run: number;
  readonly curve: string;
  /** Steps of a bucket; undefined for points. */
  readonly size?: number;
  readonly steps: readonly number[];
  /** By column: `values` of points; `last`, `min`, `max` of buckets. */
  readonly numbers: Readonly<Record<string, readonly number[]>>;
}

/** @throws {SaeLabError} `api.invalid-parameter`, `api.not-found`, `api.too-many-points` */
export async function loadCurvesOf(
  db: Db,
  { runs, curves, from, until, buckets }: Query,
): Promise<LoadedCurve[]> {
  const window = { runIds: await runIdsOf(db, runs), curves: [...new Set(curves)], from, until };
  if (buckets !== undefined) return inBuckets(db, window, buckets);
  const points = await countCurvePoints(db, window);
  if (points > MOST_POINTS) {
    throw new SaeLabError('api.too-many-points', {
      problem: 'the curves have too many points for one response',
      field: 'runs',
      expected: `at most ${MOST_POINTS} points`,
      received: String(points),
      fix: 'Ask for fewer runs or curves, for a window with `from` and `until`, or for `buckets`.',
    });
  }
  return (await curvePoints(db, window)).map(({ runId: run, curve, steps, values }) => ({
    run,
    curve,
    steps,
    numbers: { values },
  }));
}

async function inBuckets(
  db: Db,
  { curves, ...window }: CurveWindow,
  buckets: number,
): Promise<LoadedCurve[]> {
  const { until, ...rest } = window;
  const found = await Promise.all(
    curves.map(async (curve) => ({
      curve,
      ...(await bucketedCurves(db, { ...rest, curve, buckets, ...(until !== undefined && { until }) })),
    })),
  );
  return found.flatMap(({ curve, size, curves: byRun }) =>
    [...byRun].map(([run, rows]) => ({
      run,
      curve,
      size,
      steps: rows.map(({ start }) => start),
      numbers: {
        last: rows.map(({ last }) => last),
        min: rows.map(({ min }) => min),
        max: rows.map(({ max }) => max),
      },
    })),
  );
}

async function runIdsOf(db: Db, text: string): Promise<number[]> {
  const { ids, hashes, unread } = parseSelection(text);
  if (unread.length > 0 || ids.length + hashes.length === 0 || ids.length + hashes.length > MOST_RUNS) {
    throw new SaeLabError('api.invalid-parameter', {
      problem: 'has a wrong value',
      field: 'runs',
      expected: `numbers, ranges and hashes of at most ${MOST_RUNS} runs, e.g. 1-8,12,3fa94c01`,
      received: (unread[0] ?? `${ids.length + hashes.length} runs`).slice(0, 80),
    });
  }
  const named = await Promise.all(
    hashes.map(async (prefix) => {
      const [found, ...others] = await runsByHashPrefix(db, prefix, 2);
      if (found === undefined || others.length > 0) throw notFound('run', prefix);
      return found.id;
    }),
  );
  return [...new Set([...ids, ...named])];
}

/** The curves as the API sends them. */
export function sentCurves(curves: readonly LoadedCurve[]) {
  return {
    curves: curves.map(({ run, curve, size, steps, numbers }) => {
      const sent = Object.fromEntries(
        Object.entries(numbers).map(([column, values]) => [column, values.map(sentNumber)]),
      );
      return { run, curve, ...(size !== undefined && { size }), steps: [...steps], ...sent };
    }) as z.input<NonNullable<(typeof listCurves)['answer']>>['curves'],
  };
}
