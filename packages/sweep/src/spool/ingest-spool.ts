import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  dateAttempt,
  enqueueRuns,
  openClaims,
  runById,
  setSweepStatus,
  sweepByDefinition,
  upsertActivations,
  upsertSweep,
  upsertVariant,
  type Claims,
  type Database,
  type RunStatus,
} from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { SharedFiles } from '../shared/shared-files.ts';
import { runFolder } from '../run/run-folder.ts';
import { ingestAttempt, timesOf } from './ingest-attempt.ts';
import { placeFiles } from './place-files.ts';
import { countingAttempt, endOf, readAttempts, type SpooledAttempt } from './spool-events.ts';
import { readSpool, type Spool } from './spool-files.ts';

export interface IngestOptions {
  readonly database: Database;
  readonly dataDir: string;
  readonly shared: SharedFiles;
  readonly signal: AbortSignal;
}

export interface Ingested {
  readonly sweepId: number;
  /** Runs of the sweep by their status now. */
  readonly statuses: Readonly<Partial<Record<RunStatus, number>>>;
  /** Runs that another process trains or reads in. */
  readonly busy: number;
  /** Lines that could not be used. */
  readonly badLines: SpooledAttempt['badLines'];
  /** Why results of runs could not be used. */
  readonly damaged: readonly SaeLabError[];
  /** Whether a bad line belongs to an attempt that counts, so that points may be missing. */
  readonly incomplete: boolean;
}

/**
 * Reads a spool into the database, as far as its runs are. Call it as often as you like, also while the runs train: what
 * is stored is not stored again. The SAEs of finished runs are copied into the data folder. What is damaged is left out,
 * and the rest is used.
 *
 * @throws {SaeLabError} `spool.malformed`, `db.*`, `files.*`
 */
export async function ingestSpool(folder: string, options: IngestOptions): Promise<Ingested> {
  const spool = await readSpool(folder);
  const { database, signal } = options;
  const { db } = database;
  const claims = await openClaims(database);
  try {
    // Workers of the queue, or another process, end a sweep that they work on.
    const earlier = await sweepByDefinition(db, spool.sweep.definitionHash);
    const underWay = earlier?.status === 'queued' || earlier?.status === 'running' ? earlier : undefined;
    const { id: sweepId } = underWay ?? (await upsertSweep(db, spool.sweep));
    await claims.joinSweep(sweepId);
    for (const row of spool.variants) await upsertVariant(db, row);
    for (const row of spool.activations) await upsertActivations(db, row);
    const runs = await enqueueRuns(db, sweepId, spool.runs);
    const badLines: SpooledAttempt['badLines'][number][] = [];
    const damaged: SaeLabError[] = [];
    let [busy, incomplete] = [0, false];
    for (const { id: runId, runHash } of runs) {
      signal.throwIfAborted();
      const attempts = await readAttempts(runFolder(folder, { runHash }));
      const counting = countingAttempt(attempts);
      if (counting === undefined) continue;
      badLines.push(...attempts.flatMap((one) => one.badLines));
      incomplete ||= counting.badLines.length > 0;
      const upToIt = attempts.slice(0, attempts.indexOf(counting) + 1);
      try {
        if (!(await ingestRun(folder, spool, { runId, runHash }, upToIt, { ...options, claims }))) busy += 1;
      } catch (error) {
        if (!(error instanceof SaeLabError) || error.code !== 'spool.malformed') throw error;
        damaged.push(error);
      }
    }
    const statuses: Partial<Record<RunStatus, number>> = {};
    for (const { id } of runs) {
      const status = (await runById(db, id))!.status;
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    if (underWay === undefined) await setSweepStatus(db, sweepId, sweepStatus(statuses));
    return { sweepId, statuses, busy, badLines, damaged, incomplete };
  } finally {
    await claims.close();
  }
}

function sweepStatus({ finished = 0, failed = 0, diverged = 0, ...open }: Ingested['statuses']) {
  if (Object.keys(open).length > 0 || finished + failed + diverged === 0) return 'interrupted';
  return failed + diverged > 0 ? 'failed' : 'finished';
}

/**
 * @param attempts the last one counts
 * @returns false if another process has the run
 */
async function ingestRun(
  folder: string,
  { id: spool }: Spool,
  { runId, runHash }: { runId: number; runHash: string },
  attempts: readonly SpooledAttempt[],
  { database, dataDir, shared, claims }: IngestOptions & { claims: Claims },
): Promise<boolean> {
  if (!(await claims.claim(runId))) return false;
  const { db } = database;
  try {
    const counting = attempts.at(-1)!;
    const end = endOf(counting);
    const place = { hostname: hostname(), dataDir, store: shared.location };
    const files = end?.status === 'finished' ? await placeFiles(end.artifacts, { folder, dataDir }) : [];
    const into = { spool, dataDir, place };
    for (const earlier of attempts.slice(0, -1)) {
      await ingestAttempt(db, runId, earlier, { ...into, counts: false }, async () => {});
    }
    await ingestAttempt(db, runId, counting, { ...into, counts: true }, async (attempt) => {
      if (end?.status !== 'finished') return;
      // A finished run has its files, in the store too.
      const own = { runHash, runFolder: runFolder(dataDir, { runHash }) };
      const sharing = shared.openAttempt(
        own,
        () => Promise.resolve(attempt),
        () => {},
      );
      await sharing.finish(files.map((path) => join(dataDir, path)));
    });
    for (const one of attempts) {
      const times = timesOf(one);
      if (times !== undefined) await dateAttempt(db, runId, `${spool}/${one.attempt}`, times);
    }
  } finally {
    await claims.release(runId);
  }
  return true;
}
