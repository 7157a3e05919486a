import { availableParallelism } from 'node:os';
import { discardCheckpoint, type SaeOrigin } from '@sae-lab/core';
import {
  evaluationsOfSweep,
  explainError,
  leaveSweep,
  retryRuns,
  runsOfSweep,
  saesOfSweep,
  setSweepStatus,
  type Claims,
  type Database,
  type EvaluatedRun,
  type EvaluationRow,
  type SaeRow,
} from '@sae-lab/db';
import type { ChosenDevice } from '@sae-lab/kernels';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import { errorJson } from '../worker/error-json.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import type { EvaluationCounts, SweepCounts, SweepEvent } from '../report/events.ts';
import { describeStore } from '../report/store-text.ts';
import { startTally } from '../report/tally.ts';
import { checkpointWarning } from './checkpoint-warning.ts';
import type { AttemptEnds } from './end-of-attempt.ts';
import { checkFinishedFiles } from './finished-files.ts';
import { filesWarning } from './files-warning.ts';
import { makeActivations } from './make-activations.ts';
import { nextStep, type StepOptions } from './next-step.ts';
import { evaluateSweep } from '../evaluate/evaluate-sweep.ts';
import { storeSweepSaes } from '../evaluate/store-saes.ts';
import { whileOffered } from './offer-runs.ts';
import { openQueue } from './open-queue.ts';
import { gatherProvenance, type Provenance } from './provenance.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import { reportEarlierEnds } from './report-earlier-ends.ts';
import { runFolder } from './run-folder.ts';
import { saePlace } from './sae-place.ts';
import type { TrainableRun } from './run-queue.ts';
import { storeRuns, storeSweep } from './store-sweep.ts';
import { storeVariants } from './store-variants.ts';
import { streamRuns } from './stream-runs.ts';
import { wholeRuns } from './task-source.ts';
import { trainRuns, type TrainingSignals } from './train-runs.ts';
import { settleOthers } from './settle-others.ts';
import { watchRequests } from './watch-requests.ts';
import { whileClaimed } from './while-claimed.ts';

export interface SweepOptions extends StepOptions {
  readonly projectRoot: string;
  readonly dataDir: string;
  /** Also compare the checksums of finished runs' files, not only existence and size. */
  readonly verify: boolean;
  /** Number of worker processes. Default: 2, but at most one per core and run. */
  readonly workers: number | undefined;
  /** Where to train. */
  readonly device: ChosenDevice;
  readonly maxFailures: number;
  /** Wall time between checkpoints of a run. */
  readonly checkpointSeconds: number;
  /** A worker process that shows no sign of life for this long is killed. */
  readonly silenceSeconds: number;
  readonly shared: SharedFiles;
}

export interface SweepResult {
  readonly sweepId: number;
  readonly counts: SweepCounts;
  readonly evaluations: EvaluationCounts;
  /** All runs of the sweep as they are stored now, in the order of the plan. */
  readonly runs: readonly EvaluatedRun[];
  /** The SAEs that the runs are compared with. */
  readonly saes: readonly SaeRow[];
  /** The evaluations of both, as they are stored now. */
  readonly stored: readonly EvaluationRow[];
}

/** Trains the runs of a plan that are not finished yet. */
export async function runSweep(
  plan: SweepPlan,
  database: Database,
  options: SweepOptions,
  signals: TrainingSignals,
  report: (event: SweepEvent) => void,
): Promise<SweepResult> {
  // Claimed until the status is stored. If this process dies, readers see that nobody works on the sweep.
  return whileClaimed(database, signals, (claims, own) =>
    runClaimed(plan, database, claims, options, own, report),
  );
}

async function runClaimed(
  plan: SweepPlan,
  database: Database,
  claims: Claims,
  options: SweepOptions,
  { stop, kill }: TrainingSignals,
  reportTo: (event: SweepEvent) => void,
): Promise<SweepResult> {
  const start = performance.now();
  const { db } = database;
  const tally = startTally(reportTo);
  const { report } = tally;

  const { file, definition } = plan.experiment;
  const { id: sweepId } = await storeSweep(db, plan, options.projectRoot);
  const requests = watchRequests(db, sweepId);
  const signals = { stop: AbortSignal.any([stop, requests.sweepCancelled]), kill };
  requests.sweepCancelled.addEventListener('abort', () =>
    report({ type: 'sweep.stopping', message: CANCELLED }),
  );
  let evaluations: EvaluationCounts = { finished: 0, skipped: 0, failed: 0, interrupted: 0 };
  try {
    await claims.joinSweep(sweepId);
    await storeVariants(db, plan, options.projectRoot);
    const runs = await storeRuns(db, sweepId, plan);
    const saes = await storeSweepSaes(db, sweepId, plan.saes, definition);
    signals.stop.throwIfAborted();
    const finishedRuns = runs.filter(({ status }) => status === 'finished').map(({ runHash }) => runHash);
    const files = await checkFinishedFiles(db, finishedRuns, { ...options, signal: signals.stop });
    const steps = Map.groupBy(runs, ({ status, runHash }) => nextStep(status, options, files.get(runHash)));
    const toRun = steps.get('train') ?? [];
    report({
      type: 'sweep.started',
      sweepId,
      name: definition.name,
      runs: runs.length,
      toRun: toRun.length,
      dataDir: options.dataDir,
    });
    const warnings = [
      ...plan.warnings,
      filesWarning([...files.values()], options),
      options.shared.location === null
        ? await checkpointWarning(db, sweepId, toRun, options.dataDir)
        : undefined,
    ];
    for (const message of warnings) if (message !== undefined) report({ type: 'sweep.warning', message });
    for (const run of steps.get('skip') ?? []) {
      const found = files.get(run.runHash);
      report({ type: 'run.skipped', ...run.label, sae: saePlace(options.dataDir, run, found) });
      // A process that was killed after storing the result may have left it behind.
      if (found?.state === 'here') await discardCheckpoint(runFolder(options.dataDir, run)).catch(() => {});
    }
    await reportEarlierEnds(database, sweepId, steps, report);
    // Without the request that ended them, which would end them again.
    await retryRuns(
      db,
      toRun.filter(({ status }) => status === 'cancelled').map(({ runId }) => runId),
    );

    if (toRun.length > 0) {
      report({ type: 'activations.store', ...describeStore(plan.store) });
      const { dataDir } = options;
      const workers = Math.min(options.workers ?? Math.min(2, availableParallelism()), toRun.length);
      const threads = Math.max(1, Math.floor(availableParallelism() / workers));
      const present = new Set(toRun.map(({ activations }) => activations.id));
      const others = runs.filter((run) => !toRun.includes(run) && present.has(run.activations.id));
      const shared = { database, claims, requests, runs: toRun, others };
      const training = { ...options, ...shared, experimentFile: file, workers, threads, ends: ENDS };
      const provenanceOf = (commits: Provenance['commits']): Promise<Provenance> =>
        gatherProvenance(options.projectRoot, {
          ...options,
          threads,
          commits,
          store: options.shared.location,
        });
      const offered = { ...options, database, claims, stop: signals.stop };
      if (plan.store.kind === 'stream' && plan.store.stream !== undefined) {
        const { stream } = plan.store;
        await whileOffered(plan, sweepId, { ...offered, commit: null }, () =>
          streamRuns(plan, stream, { ...training, provenanceOf }, signals, report),
        );
      } else {
        const { origins, commits } = await makeActivations(
          plan,
          toRun,
          { database, dataDir, claims, shared: options.shared, signal: signals.stop },
          report,
        );
        const provenance = await provenanceOf(commits);
        const origin = ({ spec }: TrainableRun): SaeOrigin => origins.get(spec.activationsId) as SaeOrigin;
        await whileOffered(plan, sweepId, { ...offered, commit: provenance.commit }, () =>
          trainRuns(
            { ...training, provenance: () => provenance, origin },
            (signal) => wholeRuns(openQueue(training, signal, report), claims),
            signals,
            report,
          ),
        );
      }
    }
    const { failed, diverged } = tally.counts;
    if (!signals.stop.aborted && failed + diverged < options.maxFailures) {
      evaluations = await evaluateSweep(
        { plan, sweepId, runs, saes },
        { database, claims },
        options,
        signals,
        report,
      );
    }
  } catch (thrown) {
    // Events must not contain queries with their parameters.
    const error = explainError(thrown);
    if (!signals.stop.aborted || !isAbort(error)) {
      await leaveSweep(db, sweepId, 'failed').catch(() => {});
      report(finished(plan, sweepId, tally.counts, start, errorJson(error)));
      throw error;
    }
  } finally {
    await requests.close();
  }

  await settleOthers(database, sweepId, options);
  const stored = await runsOfSweep(db, sweepId);
  // Runs that were waiting when the sweep was cancelled had no event.
  const cancelled = stored.filter(({ status }) => status === 'cancelled').length;
  const counts = { ...tally.counts, cancelled };
  const failed = counts.failed + counts.diverged > 0;
  const ended = failed ? 'failed' : cancelled > 0 ? 'cancelled' : 'finished';
  if (signals.stop.aborted && !requests.sweepCancelled.aborted) await leaveSweep(db, sweepId, 'interrupted');
  else await setSweepStatus(db, sweepId, signals.stop.aborted ? 'cancelled' : ended);
  report(finished(plan, sweepId, counts, start));
  return {
    sweepId,
    counts,
    evaluations,
    runs: stored,
    saes: await saesOfSweep(db, sweepId),
    stored: await evaluationsOfSweep(db, sweepId),
  };
}

/** @param error what ended the sweep early */
function finished(
  { runs }: SweepPlan,
  sweepId: number,
  counts: SweepCounts,
  start: number,
  error?: ErrorJson,
): SweepEvent {
  const seconds = (performance.now() - start) / 1000;
  return { type: 'sweep.finished', sweepId, runs: runs.length, ...counts, seconds, ...(error && { error }) };
}

/** A run that fails has failed: its reader decides what to do. Only a lost claim says nothing about the run. */
const ENDS: AttemptEnds = {
  stopped: 'interrupted',
  retry: async (_, { code }) => (code === 'run.taken-over' ? { reason: 'lost' } : undefined),
};

const CANCELLED = 'Cancelled on request: stopping after the current step and saving checkpoints.';

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
