import { setTimeout as sleep } from 'node:timers/promises';
import {
  evaluationsOfSweep,
  figuresOf,
  runById,
  runsOfSweep,
  runStatesOf,
  saesOfSweep,
  sweepById,
  type Database,
  type RunState,
  type RunStatus,
} from '@sae-lab/db';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { SweepEvent } from '../report/events.ts';
import { startTally } from '../report/tally.ts';
import { checkFinishedFiles } from '../run/finished-files.ts';
import { reportEarlierEnds } from '../run/report-earlier-ends.ts';
import type { QueuedRun } from '../run/run-queue.ts';
import type { SweepResult } from '../run/run-sweep.ts';
import { saePlace } from '../run/sae-place.ts';
import type { TrainingSignals } from '../run/train-runs.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import { enqueueSweep, type EnqueuedSweep, type EnqueueOptions } from './enqueue-sweep.ts';
import { missingWorkers } from './missing-workers.ts';

const POLL_MS = 1000;
/** How long work may wait before a message says what is missing. */
const PATIENCE_MS = 10_000;

/**
 * Puts a sweep into the queue, and reports what workers do until it is over. Stopping ends the watching only.
 */
export async function watchSweep(
  plan: SweepPlan,
  database: Database,
  options: EnqueueOptions,
  { stop }: TrainingSignals,
  reportTo: (event: SweepEvent) => void,
): Promise<SweepResult> {
  const start = performance.now();
  const { db } = database;
  const tally = startTally(reportTo);
  const { report } = tally;
  const enqueued = await enqueueSweep(plan, database, options);
  const { sweepId, runs } = enqueued;
  report({
    type: 'sweep.started',
    sweepId,
    name: plan.experiment.definition.name,
    runs: runs.length,
    toRun: enqueued.pending,
    dataDir: options.dataDir,
  });
  for (const message of enqueued.warnings) report({ type: 'sweep.warning', message });
  reportSkipped(enqueued, options, report);
  await reportEarlierEnds(database, sweepId, enqueued.steps, report);

  const watched = new Watched(enqueued, database, options, report);
  let changed = performance.now();
  let said = '';
  for (;;) {
    const states = await runStatesOf(db, sweepId);
    if (await watched.update(states)) changed = performance.now();
    const status = (await sweepById(db, sweepId))?.status;
    if (stop.aborted || (status !== 'queued' && status !== 'running')) break;
    const waitedMs = performance.now() - changed;
    if (waitedMs > PATIENCE_MS && !states.some((state) => state.status === 'running')) {
      const missing = await missingWorkers(database, sweepId, {
        training: enqueued.queue,
        waitedMs,
        dataDir: options.dataDir,
      });
      if (missing !== undefined && missing !== said) report({ type: 'sweep.warning', message: missing });
      said = missing ?? said;
    }
    await sleep(POLL_MS, undefined, { signal: stop }).catch(() => {});
  }
  const failed = (await sweepById(db, sweepId))?.failedEvaluations ?? 0;
  if (failed > 0) report({ type: 'sweep.warning', message: failedText(failed) });
  report({
    type: 'sweep.finished',
    sweepId,
    runs: runs.length,
    ...tally.counts,
    seconds: (performance.now() - start) / 1000,
  });
  return {
    sweepId,
    counts: tally.counts,
    evaluations: { finished: 0, skipped: 0, failed, interrupted: 0 },
    runs: await runsOfSweep(db, sweepId),
    saes: await saesOfSweep(db, sweepId),
    stored: await evaluationsOfSweep(db, sweepId),
  };
}

function failedText(evaluations: number): string {
  const what = evaluations === 1 ? '1 evaluation has' : `${evaluations} evaluations have`;
  return `${what} failed. The output of the worker says why; pnpm evaluate makes them again.`;
}

function reportSkipped(
  { runs, files, steps }: EnqueuedSweep,
  { dataDir }: EnqueueOptions,
  report: (event: SweepEvent) => void,
): void {
  for (const run of runs) {
    if (!isDone(run, steps)) continue;
    report({ type: 'run.skipped', ...run.label, sae: saePlace(dataDir, run, files.get(run.runHash)) });
  }
}

/** Whether a run finished earlier and is not trained again. */
function isDone(run: EnqueuedSweep['runs'][number], steps: EnqueuedSweep['steps']): boolean {
  return run.status === 'finished' && steps.get('train')?.includes(run) !== true;
}

/** Turns changes of stored runs into events. */
class Watched {
  readonly #runs: ReadonlyMap<number, QueuedRun>;
  readonly #database: Database;
  readonly #options: EnqueueOptions;
  readonly #report: (event: SweepEvent) => void;
  readonly #last = new Map<number, RunState>();
  readonly #steps = new Map<number, { step: number; time: number }>();

  constructor(
    { runs, steps }: EnqueuedSweep,
    database: Database,
    options: EnqueueOptions,
    report: (event: SweepEvent) => void,
  ) {
    const reported = new Set([
      ...(steps.get('report-divergence') ?? []),
      ...(steps.get('report-cancelled') ?? []),
    ]);
    this.#runs = new Map(
      runs.flatMap((run) => (isDone(run, steps) || reported.has(run) ? [] : [[run.runId, run]])),
    );
    this.#database = database;
    this.#options = options;
    this.#report = report;
  }

  /** @returns whether anything changed */
  async update(states: readonly RunState[]): Promise<boolean> {
    let changed = false;
    for (const state of states) {
      const run = this.#runs.get(state.id);
      const last = this.#last.get(state.id);
      if (run === undefined) continue;
      const isSame =
        last?.status === state.status && last.step === state.step && last.attempt === state.attempt;
      if (isSame) continue;
      this.#last.set(state.id, state);
      changed ||= last !== undefined;
      await this.#reportChange(run, state, last);
    }
    return changed;
  }

  /** The rate is known from the second step on that was seen. */
  #reportProgress({ label, spec }: QueuedRun, { id, status, step, totalSteps }: RunState): void {
    const last = this.#steps.get(id);
    const time = performance.now();
    if (status !== 'running' || totalSteps === null || step === 0 || step === last?.step) return;
    this.#steps.set(id, { step, time });
    const { batchSize } = spec.training;
    if (last === undefined || step < last.step || batchSize === 'all') return;
    const stepsPerSecond = ((step - last.step) * 1000) / (time - last.time);
    const tokensPerSecond = stepsPerSecond * batchSize;
    const secondsLeft = (totalSteps - step) / stepsPerSecond;
    this.#report({ type: 'run.progress', ...label, step, totalSteps, tokensPerSecond, secondsLeft });
  }

  async #reportChange(run: QueuedRun, state: RunState, last: RunState | undefined): Promise<void> {
    const { label } = run;
    const { status, step } = state;
    if (last !== undefined && isOver(last.status) && !isOver(status)) {
      this.#report({ type: 'run.requeued', ...label });
    }
    if (status === 'running' && (last?.status !== 'running' || last.attempt !== state.attempt)) {
      this.#report({ type: 'run.started', ...label });
    }
    this.#reportProgress(run, state);
    if (status === last?.status || status === 'queued' || status === 'running') return;
    if (status === 'interrupted') {
      if (last !== undefined) this.#report({ type: 'run.paused', ...label, step });
      return;
    }
    if (status === 'cancelled') {
      return this.#report({ type: 'run.cancelled', ...label, step, earlier: false });
    }
    const { db } = this.#database;
    const row = await runById(db, run.runId);
    const error = row?.error as ErrorJson;
    if (status === 'failed') return this.#report({ type: 'run.failed', ...label, error });
    if (status === 'diverged') {
      const divergedAt = row?.divergedAtStep ?? null;
      return this.#report({ type: 'run.diverged', ...label, step: divergedAt, error, earlier: false });
    }
    const { dataDir, shared } = this.#options;
    const files = await checkFinishedFiles(db, [run.runHash], { dataDir, shared, verify: false });
    this.#report({
      type: 'run.finished',
      ...label,
      seconds: row?.seconds ?? NaN,
      figures: await figuresOf(db, run.runId),
      sae: saePlace(dataDir, run, files.get(run.runHash)),
    });
  }
}

/** Whether a run of this status continues only if somebody asks for it. */
function isOver(status: RunStatus): boolean {
  return status === 'failed' || status === 'diverged' || status === 'cancelled';
}
