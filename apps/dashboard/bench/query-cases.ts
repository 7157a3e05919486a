import { appendCurves, type Database } from '@sae-lab/db';
import { parseFilter } from '@sae-lab/db/filter';
import { bucketedCurves, curveTails, groupedRuns, runTable, runTableKeys } from '@sae-lab/db/reading';
import { usualColumns } from '../src/all-runs/table-columns.ts';
import { loadCompare } from '../src/compare/load-compare.ts';
import { medianMs, report } from './report.ts';
import { CURVES, type Seeded } from './seed.ts';

const FILTER = 'variant in (topk, batch-topk, gated) and l0 < 120 and hook ~ "mlp" and ce_recovered > 0.1';

/** Times the queries, and reports what ingestion took. */
export async function queryCases(database: Database, { points, ingestionMs }: Seeded): Promise<void> {
  const { db } = database;
  const filter = parseFilter(FILTER);
  if (filter.problem) throw filter.problem.error;
  // As the page does it: the keys, then the rows.
  const table = async (): Promise<unknown> => {
    const keys = await runTableKeys(db);
    const order = { key: 'explained_variance', direction: 'desc' as const };
    return runTable(db, {
      keys,
      filter: filter.value,
      order,
      columns: usualColumns(keys),
      offset: 0,
      limit: 100,
    });
  };
  const tableMs = await medianMs(table);
  const tableBytes = Buffer.byteLength(JSON.stringify(await table()));
  report({
    case: 'run table: filtered, sorted, first page',
    ms: tableMs,
    bytes: tableBytes,
    bar: '≤ 100 ms, ≤ 200 kB',
    holds: tableMs <= 100 && tableBytes <= 200_000,
  });

  const groups = async (by: readonly string[], open: readonly number[]): Promise<unknown> => {
    const keys = await runTableKeys(db);
    const order = { key: 'explained_variance', direction: 'desc' as const };
    const grouping = { by, open, listed: 500 };
    return groupedRuns(db, { keys, columns: usualColumns(keys), grouping, order, offset: 0, limit: 100 });
  };
  for (const [name, by, open] of [
    ['everything but the seed', ['configuration'], []],
    ['variant, one of them open', ['variant'], [1]],
  ] as const) {
    const ms = await medianMs(() => groups(by, open));
    const bytes = Buffer.byteLength(JSON.stringify(await groups(by, open)));
    report({
      case: `run table of all runs, grouped by ${name}`,
      ms,
      bytes,
      bar: '≤ 300 ms, ≤ 200 kB',
      holds: ms <= 300 && bytes <= 200_000,
    });
  }

  const runIds = Array.from({ length: 50 }, (_, index) => 1 + index * 7);
  const overlay = (): Promise<unknown> => bucketedCurves(db, { runIds, curve: 'loss', buckets: 300 });
  const overlayMs = await medianMs(overlay);
  report({ case: '50-run overlay in 300 buckets', ms: overlayMs, bar: '≤ 150 ms', holds: overlayMs <= 150 });

  // What the server reads and computes for the page, and what it sends.
  const compare = (): Promise<unknown> =>
    loadCompare(db, {
      runs: '1-100',
      sweep: undefined,
      filter: undefined,
      view: 'matched',
      histogram: undefined,
    });
  const compareMs = await medianMs(compare);
  const compareBytes = Buffer.byteLength(JSON.stringify(await compare()));
  report({
    case: 'compare page of 100 runs',
    ms: compareMs,
    bytes: compareBytes,
    bar: '≤ 300 ms',
    holds: compareMs <= 300,
  });

  const size = await database.sql<{ bytes: number }[]>`
    select pg_total_relation_size('curve_chunks')::float8 as bytes`;
  const bytesPerPoint = size[0]!.bytes / points;
  report({ case: 'bytes per point', bytes: bytesPerPoint, bar: '≤ 20 bytes', holds: bytesPerPoint <= 20 });

  const pointsPerSecond = points / (ingestionMs / 1000);
  report({
    case: 'ingestion, points/s',
    ms: ingestionMs,
    value: pointsPerSecond,
    bar: '≥ 500 000 points/s',
    holds: pointsPerSecond >= 500_000,
  });

  const tailMs = await liveTail(database);
  report({ case: 'live tail', ms: tailMs, bar: '≤ 10 ms', holds: tailMs <= 10 });
}

/** What a reader who has all points but the last ten reads, while the run continues. */
async function liveTail({ db, sql }: Database): Promise<number> {
  const runId = 1;
  await sql`update runs set status = 'running' where id = ${runId}`;
  const [end] = await sql<{ last: number }[]>`
    select max(last_step)::int as last from curve_chunks where run_id = ${runId} and curve = 'loss'`;
  const steps = Array.from({ length: 10 }, (_, index) => end!.last + 1 + index);
  const added = Object.fromEntries(CURVES.map((key) => [key, { steps, values: steps }]));
  await appendCurves(db, { runId, attempt: 1, curves: added });
  const ms = await medianMs(() => curveTails(db, [{ runId, curve: 'loss', after: end!.last }]));
  await sql`update runs set status = 'finished' where id = ${runId}`;
  return ms;
}
