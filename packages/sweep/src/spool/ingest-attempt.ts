import type { RunEvent } from '@sae-lab/core';
import {
  appendCurves,
  attemptsOfRun,
  clearCurves,
  curvesOf,
  divergeRun,
  failRun,
  interruptRun,
  recordProgress,
  runById,
  saveResult,
  startRun,
  type Attempt,
  type AttemptReport,
  type Curves,
  type Db,
  type JsonObject,
  type RunAttempt,
} from '@sae-lab/db';
import { storedResult } from '../run/record-run.ts';
import { RunReport, type Moment } from '../run/run-report.ts';
import type { EndOfRun } from '../worker/worker.ts';
import { endOf, type SpooledAttempt, type SpooledEvent } from './spool-events.ts';

interface IngestedAttempt {
  /** The spool's id. */
  readonly spool: string;
  readonly dataDir: string;
  /** Where the run's files are now. */
  readonly place: JsonObject;
  /** Whether this attempt decides what the run has. */
  readonly counts: boolean;
}

/**
 * Stores what an attempt has reported and the database does not have yet. The table of attempts
 * says which attempt of which spool was read before; points of curves are stored beyond the last step that is stored.
 *
 * @param beforeResult called with the number of the row's attempt before its result is stored
 */
export async function ingestAttempt(
  db: Db,
  runId: number,
  spooled: SpooledAttempt,
  { spool, dataDir, place, counts }: IngestedAttempt,
  beforeResult: (attempt: number) => Promise<void>,
): Promise<void> {
  const row = (await runById(db, runId))!;
  if (row.status === 'finished') return;
  const name = `${spool}/${spooled.attempt}`;
  const stored = await attemptsOfRun(db, runId);
  const seen = stored.findLast((one) => one.spool === name);
  const isCurrent = seen?.attempt === row.attempt;
  if (seen !== undefined && isOld(seen, isCurrent, endOf(spooled))) return;
  // Another attempt counts. This one completes what is known of the run, unless something else has trained it since.
  if (!counts && !isCurrent && !stored.every((one) => isBefore(one, spool, spooled.attempt))) return;

  const { begun, started, warnings, curves, step, report } = summaryOf(spooled);
  if (started === undefined && endOf(spooled) === undefined) return;
  let attempt: Attempt;
  if (isCurrent) attempt = { runId, attempt: row.attempt };
  else {
    const number = await startRun(db, runId, {
      provenance: {
        ...begun,
        ...place,
        trainedOn: begun['hostname'],
        warnings,
        backend: started?.backend ?? null,
      },
      ...(started !== undefined && { totalSteps: started.totalSteps }),
      spool: name,
    });
    // Another process finished it meanwhile.
    if (number === null) return;
    attempt = { runId, attempt: number };
    await clearCurves(db, attempt);
  }
  await appendCurves(db, { ...attempt, curves: beyond(curves, await curvesOf(db, runId)) });
  await recordProgress(db, { ...attempt, step, report });
  const end = endOf(spooled);
  if (end === undefined) return;
  await beforeResult(attempt.attempt);
  await store(db, attempt, end, dataDir);
}

/**
 * Whether an attempt that was read before has nothing new: its end is stored, or the run was started again since, and only
 * a result would still count.
 */
function isOld(seen: RunAttempt, isCurrent: boolean, end: EndOfRun | undefined): boolean {
  if (seen.reason !== null && seen.reason !== 'lost') return true;
  return !isCurrent && end?.status !== 'finished' && end?.status !== 'diverged';
}

/** Whether an attempt was read from this spool, and made there before the one with this number. */
function isBefore({ spool: name }: RunAttempt, spool: string, attempt: number): boolean {
  return name !== null && name.startsWith(`${spool}/`) && Number(name.slice(spool.length + 1)) < attempt;
}

/** When an attempt began, and when it wrote its last event; undefined for spools of earlier versions. */
export function timesOf({ events }: SpooledAttempt): { startedAt: Date; lastAt: Date } | undefined {
  const begun = events.map(({ event }) => event).find(({ type }) => type === 'begun');
  if (begun?.type !== 'begun' || begun.at === undefined) return undefined;
  const { at } = begun;
  return { startedAt: new Date(at), lastAt: new Date(at + (events.at(-1)?.t ?? 0)) };
}

function summaryOf(spooled: SpooledAttempt) {
  const { events } = spooled;
  const times = timesOf(spooled);
  const report = new RunReport({ now: 0 });
  let begun: JsonObject = {};
  let started: Extract<RunEvent, { type: 'started' }> | undefined;
  let curves: Curves = {};
  let step = 0;
  const warnings: string[] = [];
  for (const { event, t = 0 } of events) {
    if (times !== undefined) reportEvent(report, event, { at: times.startedAt.getTime() + t, now: t });
    switch (event.type) {
      case 'begun':
        begun = event.provenance;
        break;
      case 'started':
        started = event;
        break;
      case 'resumed':
        curves = structuredClone(event.curves);
        ({ step } = event);
        break;
      case 'curves':
        for (const [name, points] of Object.entries(event.curves)) {
          const { steps, values } = (curves[name] ??= { steps: [], values: [] });
          steps.push(...points.steps);
          values.push(...points.values);
        }
        break;
      case 'warning':
        warnings.push(event.message);
        break;
      case 'progress':
      case 'checkpoint':
        ({ step } = event);
        break;
      case 'printed':
      case 'ended':
        break;
    }
  }
  const known: AttemptReport = times === undefined ? {} : report.all;
  return { begun, started, curves, step, warnings, report: known };
}

function reportEvent(report: RunReport, event: SpooledEvent['event'], moment: Moment): void {
  if (event.type === 'printed') report.print(event.text, event.from, moment);
  else if (event.type === 'ended') report.end(event.result, moment);
  else if (event.type !== 'begun') report.take(event, moment);
}

/** The points after those that are stored. */
function beyond(curves: Curves, stored: ReadonlyMap<string, { steps: readonly number[] }>): Curves {
  return Object.fromEntries(
    Object.entries(curves).map(([name, { steps, values }]) => {
      const last = stored.get(name)?.steps.at(-1) ?? -1;
      const first = steps.findIndex((step) => step > last);
      return [
        name,
        first < 0 ? { steps: [], values: [] } : { steps: steps.slice(first), values: values.slice(first) },
      ];
    }),
  );
}

function store(db: Db, attempt: Attempt, end: EndOfRun, dataDir: string): Promise<void> {
  switch (end.status) {
    case 'finished': {
      const artifacts = end.artifacts.map((file) => ({ ...file, path: `${dataDir}/${file.path}` }));
      return saveResult(db, { ...attempt, ...storedResult({ ...end, artifacts }, dataDir) });
    }
    case 'failed':
      return failRun(db, { ...attempt, error: end.error });
    case 'diverged':
      return divergeRun(db, { ...attempt, step: end.step, error: end.error });
    case 'interrupted':
      return interruptRun(db, attempt);
  }
}
