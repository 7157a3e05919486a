import type { CurveCursor } from '@sae-lab/db/reading';
import { idOf } from '../database/id-of.ts';
import { MOST_RUNS, parseSelection, selectionText } from '../compare/selection.ts';
import type { CurvesRequest } from './load-curves.ts';

const MOST_CURVES = 60;
const MOST_BUCKETS = 1000;
const LARGEST_STEP = 2 ** 31 - 1;

/** The address of curves from their first point on. */
export function curvesAddress({ runIds, curves, from, until, buckets }: CurvesRequest): string {
  const query = new URLSearchParams({ buckets: String(buckets) });
  for (const curve of curves) query.append('curve', curve);
  if (from > 0) query.set('from', String(from));
  if (until !== undefined) query.set('until', String(until));
  // Not encoded: the commas of 500 ids would take a kilobyte.
  return `/api/curves?runs=${selectionText(runIds)}&${query}`;
}

/** The parts of an address of curves, as they are written. */
interface AskedCurves {
  readonly runs?: string | undefined;
  readonly curve: readonly string[];
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly buckets?: string | undefined;
}

/** @returns undefined if it asks for nothing that can be answered */
export function parseCurvesRequest(asked: AskedCurves): CurvesRequest | undefined {
  const runIds = parseSelection(asked.runs ?? '').ids;
  const curves = [...new Set(asked.curve)].map(storable);
  const until = stepOf(asked.until);
  if (runIds.length === 0 || runIds.length > MOST_RUNS || curves.length === 0 || curves.length > MOST_CURVES)
    return undefined;
  return {
    runIds,
    curves,
    from: stepOf(asked.from) ?? 0,
    until,
    buckets: Math.min(MOST_BUCKETS, Math.max(1, stepOf(asked.buckets) ?? 1)),
  };
}

/** Addresses are at most 4000 characters long, `/api/curves/tail?` included. */
const LONGEST_QUERY = 3900;

/** The addresses of what follows these cursors; several where one would be too long. */
export function tailAddresses(cursors: readonly CurveCursor[]): string[] {
  const queries: string[] = [];
  for (const { runId, curve, after } of cursors) {
    const part = `after=${encodeURIComponent(`${runId}:${after}:${curve}`)}`;
    const last = queries.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= LONGEST_QUERY)
      queries[queries.length - 1] = `${last}&${part}`;
    else queries.push(part);
  }
  return queries.map((query) => `/api/curves/tail?${query}`);
}

export function parseCursors(texts: readonly string[]): CurveCursor[] {
  return texts.flatMap((text) => {
    const [, run, after, curve] = /^(\d+):(-?\d+):([^]+)$/.exec(text) ?? [];
    const runId = idOf(run ?? '');
    const step = after === '-1' ? -1 : stepOf(after);
    return runId === undefined || step === undefined ? [] : [{ runId, after: step, curve: storable(curve!) }];
  });
}

function stepOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= LARGEST_STEP
    ? Number(text)
    : undefined;
}

/** Postgres stores no null character and no half of a surrogate pair, so no curve has one in its key. */
function storable(key: string): string {
  return key.replaceAll('\0', '').toWellFormed();
}
