import { discardCheckpoint, type ExecuteRunArgs, type RunEvent } from '@sae-lab/core';
import { explainError, type AttemptEnd, type Claims, type Database } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { ChosenDevice } from '@sae-lab/kernels';
import type { SweepEvent } from '../report/events.ts';
import { startWorker, type RunArgs, type Worker } from '../worker/worker.ts';
import { errorJson } from '../worker/error-json.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import type { SharedAttempt } from '../shared/shared-attempt.ts';
import type { Provenance } from './provenance.ts';
import { openAttempt, type Attempt } from './attempt.ts';
import {
  endEvent,
  endOf,
  hasError,
  isFaultOfFiles,
  type AttemptEnds,
  type EndOfAttempt,
} from './end-of-attempt.ts';
import type { FilesToCheck } from './finished-files.ts';
import type { StepOptions } from './next-step.ts';
import { runFolder } from './run-folder.ts';
import type { TrainableRun } from './run-queue.ts';
import type { EndOfTask, TaskSource, TrainingTask } from './task-source.ts';
import { unlessLost } from './unless-lost.ts';
import type { RequestWatch } from './watch-requests.ts';

export interface TrainingPlan extends StepOptions, FilesToCheck {
  readonly database: Database;
  readonly shared: SharedFiles;
  /** The claims of the sweep, which its runs join. */
  readonly claims: Claims;
  readonly requests: RequestWatch;
  /** Undefined: variants come from their packages. */
  readonly experimentFile: string | undefined;
  readonly workers: number;
  /** Per worker. */
  readonly threads: number;
  readonly device: ChosenDevice;
  readonly provenance: (run: TrainableRun) => Provenance;
  readonly origin: (run: TrainableRun) => ExecuteRunArgs['origin'];
  /** Stop when this many runs have failed or diverged. */
  readonly maxFailures: number;
  readonly checkpointSeconds: number;
  readonly silenceSeconds: number;
  readonly ends: AttemptEnds;
}

export interface TrainingSignals {
  /** Running workers finish the current step, write a checkpoint and end. */
  readonly stop: AbortSignal;
  /** Worker processes are killed. */
  readonly kill: AbortSignal;
}

/** A run that waits for activations. */
interface PausedRun {
  readonly run: TrainableRun;
  readonly attempt: Attempt;
  readonly files: SharedAttempt;
  readonly step: number;
  /** Its warnings so far. */
  readonly warned: Set<string>;
}

/**
 * Trains runs in worker processes. A run that fails or crashes its process is recorded as failed, and the others
 * continue. Rejects only if results cannot be stored in the database or in the data folder, or if the tasks end with an
 * error.
 *
 * @param tasksOf makes the tasks; its signal aborts when the runs are to stop
 * @returns whether the runs were stopped early
 */
export async function trainRuns(
  plan: TrainingPlan,
  tasksOf: (signal: AbortSignal) => TaskSource | Promise<TaskSource>,
  { stop, kill }: TrainingSignals,
  report: (event: SweepEvent) => void,
): Promise<{ stopped: boolean }> {
  const { database, claims, requests, dataDir } = plan;
  /** Stops the runs without Ctrl-C: too many have failed, or results cannot be stored. */
  const ownStop = new AbortController();
  const signal = AbortSignal.any([stop, ownStop.signal]);
  const tasks = await tasksOf(signal);
  const workers = new Set<Worker>();
  const tellAll = (tell: (worker: Worker) => void) => () => workers.forEach(tell);
  const stopAll = tellAll((worker) => worker.stop());
  const killAll = tellAll((worker) => worker.kill());
  signal.addEventListener('abort', stopAll);
  kill.addEventListener('abort', killAll);
  let failures = 0;
  let fault: ErrorJson | undefined;
  const paused = new Map<number, PausedRun>();
  const stopFor = (error: ErrorJson): void => {
    fault ??= error;
    ownStop.abort();
  };
  const faulty = (thrown: unknown): void => stopFor(errorJson(explainError(thrown)));
  /** How runs end that are stopped here: what stopped them is kept with their attempts. */
  const stopped = (): AttemptEnd => ({
    reason: plan.ends.stopped,
    ...(fault !== undefined && { error: fault }),
  });

  const unsubscribe = claims.onExtended((until) => workers.forEach((worker) => worker.lease(until)));

  const train = async (worker: Worker, task: TrainingTask): Promise<EndOfTask> => {
    const { run } = task;
    const before = paused.get(run.runId);
    paused.delete(run.runId);
    const attempt =
      before?.attempt ??
      openAttempt(database.db, { run, dataDir, provenance: plan.provenance(run) }, () => ownStop.abort());
    if (before === undefined) report({ type: 'run.started', ...run.label });
    let step = before?.step ?? 0;
    const warned = before?.warned ?? new Set<string>();
    const folder = runFolder(dataDir, run);
    const files =
      before?.files ??
      plan.shared.openAttempt({ runHash: run.runHash, runFolder: folder }, () => attempt.number(), faulty);
    const onEvent = (event: RunEvent): void => {
      // Each part of a run repeats the warnings of its backend.
      if (event.type === 'warning' && warned.has(event.message)) return;
      if (event.type === 'warning') warned.add(event.message);
      attempt.record(event);
      if (event.type === 'checkpoint') files.checkpointed(event.step);
      if (event.type === 'warning') report({ type: 'run.warning', ...run.label, message: event.message });
      if (event.type !== 'progress') return;
      step = event.step;
      report({ ...event, ...run.label, type: 'run.progress' });
    };
    try {
      const elsewhere = await unlessLost(claims, plan.shared.bringCheckpoint(run.runHash, folder));
      if (elsewhere !== undefined) onEvent({ type: 'warning', message: elsewhere });
    } catch (error) {
      // The store or the disk cannot be used. The run has not begun, so there is nothing to record.
      faulty(error);
      report({ type: 'run.interrupted', ...run.label, step });
      return { status: 'interrupted', step };
    }
    worker.lease(claims.until);
    const answering = worker.run(argsOf(task, plan), onEvent, (line, stream) => attempt.print(line, stream));
    // The sweep may have been stopped while the worker was starting.
    if (signal.aborted) worker.stop();
    const cancellation = requests.ofRun(run.runId, () => worker.stop());
    const answer = await answering;
    cancellation.close();
    // A process that was told to stop takes no other run.
    if (cancellation.asked) worker.close();
    if (answer.status === 'failed' && isFaultOfFiles(answer.error)) stopFor(answer.error);
    if (answer.status === 'paused') {
      attempt.pause(answer.step);
      paused.set(run.runId, { run, attempt, files, step: answer.step, warned });
      report({ type: 'run.paused', ...run.label, step: answer.step });
      return answer;
    }
    const asked = signal.aborted || cancellation.asked;
    const ended = await endOf(run, answer, { step, asked, ends: plan.ends, stopped });
    const isFinal = (await share(files, ended)) || hasError(ended);
    // The checkpoint of a run whose files cannot be stored stays: only its evaluation is repeated.
    const result: EndOfAttempt = isFinal ? ended : { status: 'interrupted', step, end: stopped() };
    await attempt.finish(result);
    // If this fails, the next sweep with this run removes it.
    if (result.status === 'finished') {
      await discardCheckpoint(folder).catch(() => {});
      await files.discardCheckpoints().catch(() => {});
    }
    const cancelled = cancellation.asked || requests.sweepCancelled.aborted;
    report(endEvent(run, result, dataDir, cancelled));
    if (result.status === 'failed' || result.status === 'diverged') failures += 1;
    if (failures >= plan.maxFailures) ownStop.abort();
    return result;
  };

  /** Stores what others need of a run that ended here. False if the store cannot be used. */
  const share = async (files: SharedAttempt, result: EndOfAttempt): Promise<boolean> => {
    try {
      if (result.status === 'finished') {
        await unlessLost(claims, files.finish(result.artifacts.map(({ path }) => path)));
      }
      if (result.status === 'interrupted') await unlessLost(claims, files.settle());
      return true;
    } catch (error) {
      faulty(error);
      return false;
    }
  };

  const slot = async (): Promise<void> => {
    let worker: Worker | undefined;
    try {
      for (let task = await tasks.take(); task !== undefined; task = await tasks.take()) {
        if (worker !== undefined && !worker.alive) workers.delete(worker);
        if (worker === undefined || !worker.alive) {
          worker = startWorker(plan.experimentFile, plan.silenceSeconds, (line) =>
            report({ type: 'worker.output', line }),
          );
          workers.add(worker);
        }
        await tasks.ended(task, await train(worker, task));
      }
    } finally {
      worker?.close();
    }
  };

  try {
    const slots = await Promise.allSettled(Array.from({ length: plan.workers }, slot));
    for (const { run, attempt, files, step } of paused.values()) {
      const result: EndOfAttempt = { status: 'interrupted', step, end: stopped() };
      await share(files, result);
      await attempt.finish(result);
      report(endEvent(run, result, dataDir, requests.sweepCancelled.aborted));
      await claims.release(run.runId);
    }
    if (fault !== undefined) throw SaeLabError.fromJSON(fault);
    for (const ended of slots) if (ended.status === 'rejected') throw ended.reason;
    return { stopped: signal.aborted };
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', stopAll);
    kill.removeEventListener('abort', killAll);
  }
}

function argsOf(
  { run, activationsFolder, stream, threads }: TrainingTask,
  { dataDir, device, origin, checkpointSeconds, ...plan }: TrainingPlan,
): RunArgs {
  return {
    spec: run.spec,
    activationsFolder,
    ...(stream !== undefined && { stream }),
    runFolder: runFolder(dataDir, run),
    origin: origin(run),
    threads: threads ?? plan.threads,
    device,
    checkpointSeconds,
  };
}
