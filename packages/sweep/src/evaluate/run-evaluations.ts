import type { EvaluationProgress, ExecuteEvaluationArgs } from '@sae-lab/core';
import { explainError, type Claims, type Database } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { workersOf, type Machine } from '../plan/machine.ts';
import type { EvaluationCounts, SweepEvent } from '../report/events.ts';
import type { Provenance } from '../run/provenance.ts';
import type { TrainingSignals } from '../run/train-runs.ts';
import { errorJson } from '../worker/error-json.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import { startWorker, type Worker } from '../worker/worker.ts';
import { subjectKey } from './evaluated-hook.ts';
import { evaluationQueue } from './evaluation-queue.ts';
import { readsActivations, type EvaluationJob, type PlannedJobs } from './plan-jobs.ts';
import { recordEvaluations } from './record-evaluations.ts';

export interface EvaluationPlan {
  readonly database: Database;
  readonly claims: Claims;
  readonly jobs: PlannedJobs['jobs'];
  readonly force: boolean;
  readonly dataDir: string;
  readonly workers: number | undefined;
  readonly machine: Machine;
  readonly silenceSeconds: number;
  /** @param threads of each worker */
  readonly provenance: (threads: number) => Promise<Provenance>;
}

/**
 * Runs evaluations in worker processes. One that fails is reported, and the others continue. Rejects only if results cannot
 * be stored.
 */
export async function runEvaluations(
  plan: EvaluationPlan,
  { stop, kill }: TrainingSignals,
  report: (event: SweepEvent) => void,
): Promise<EvaluationCounts> {
  const { database, claims, jobs, force, machine } = plan;
  const counts: EvaluationCounts = { finished: 0, skipped: 0, failed: 0, interrupted: 0 };
  if (jobs.length === 0) return counts;
  const { workers, threads } = workersOf(machine, { workers: plan.workers, runs: jobs.length });
  const provenance = await plan.provenance(threads);
  const queue = evaluationQueue(jobs, { db: database.db, claims, signal: stop, force }, (job, subject) => {
    counts.skipped += 1;
    report({ type: 'evaluation.skipped', evaluation: job.key.name, hook: job.on.hook, ...subject.label });
  });
  const running = new Set<Worker>();
  const onStop = (): void => running.forEach((worker) => worker.stop());
  const onKill = (): void => running.forEach((worker) => worker.kill());
  stop.addEventListener('abort', onStop);
  kill.addEventListener('abort', onKill);

  const evaluateOne = async (worker: Worker, job: EvaluationJob): Promise<void> => {
    if ((job.afterFailure?.repeats ?? 0) >= REPEATS) return fail(job, job.afterFailure!.error);
    const start = performance.now();
    const recorder = recordEvaluations(database.db, job, provenance);
    const about = { evaluation: job.key.name, hook: job.on.hook };
    const ofJob = { ...about, job: job.id, saes: job.subjects.length };
    report({ type: 'evaluation.started', ...ofJob });
    let fault: unknown;
    const keep = (error: unknown): never => {
      fault = error;
      throw error;
    };
    const pace = paceFrom(performance.now());
    const answering = worker.evaluate(argsOf(job, plan.dataDir, threads), {
      onProgress: (progress) =>
        report({ type: 'evaluation.progress', ...ofJob, ...progress, ...pace(progress) }),
      onWarning: (message) => report({ type: 'evaluation.warning', ...about, message }),
      onFeatures: (id, latents) => recorder.addFeatures(id, latents).catch(keep),
      onProbes: (id, probes) => recorder.addProbes(id, probes).catch(keep),
    });
    // A signal may have come while the worker was starting.
    if (stop.aborted) worker.stop();
    const answer = await answering;
    const seconds = (performance.now() - start) / 1000;
    if (answer.status === 'evaluated') {
      const figures = await recorder.finish(answer.results, seconds);
      for (const [index, { label }] of job.subjects.entries()) {
        const { tokens, documents } = answer.results[index]!;
        counts.finished += 1;
        report({
          type: 'evaluation.finished',
          ...about,
          version: job.key.version,
          settings: job.request.settings,
          ...label,
          tokens,
          documents,
          seconds: seconds / job.subjects.length,
          figures: figures[index]!,
        });
      }
      return;
    }
    await recorder.abandon();
    const error = fault === undefined ? answer.error : storable(fault);
    if (stop.aborted && INTERRUPTED.includes(error.code)) {
      counts.interrupted += job.subjects.length;
      return report({ type: 'evaluation.interrupted', ...ofJob });
    }
    if (job.optional && IMPOSSIBLE.includes(error.code)) {
      return report({ type: 'evaluation.warning', ...about, message: `left out: ${error.message}` });
    }
    if (job.subjects.length > 1 && job.afterFailure === undefined) {
      // A kill need not happen again, and only in one pass are the latents of different SAEs compared.
      const isFirstCrash = error.code === 'run.worker-crashed' && job.afterCrash === undefined;
      return queue.add(isFirstCrash ? [{ ...job, afterCrash: true }] : singles(job, error));
    }
    if (job.afterFailure?.error.message === error.message) job.afterFailure.repeats += 1;
    fail(job, error);
  };
  const fail = (job: EvaluationJob, error: ErrorJson): void => {
    for (const { label } of job.subjects) {
      counts.failed += 1;
      report({ type: 'evaluation.failed', evaluation: job.key.name, hook: job.on.hook, ...label, error });
    }
  };

  const slot = async (): Promise<void> => {
    let worker: Worker | undefined;
    try {
      for (let job = await queue.take(); job !== undefined; job = await queue.take()) {
        if (worker?.alive !== true) {
          if (worker !== undefined) running.delete(worker);
          worker = startWorker(undefined, plan.silenceSeconds, (line) =>
            report({ type: 'worker.output', line }),
          );
          running.add(worker);
        }
        await evaluateOne(worker, job);
        await queue.release(job);
      }
    } finally {
      worker?.close();
    }
  };
  try {
    const slots = await Promise.allSettled(Array.from({ length: workers }, slot));
    for (const ended of slots) if (ended.status === 'rejected') throw ended.reason;
  } finally {
    stop.removeEventListener('abort', onStop);
    kill.removeEventListener('abort', onKill);
  }
  return counts;
}

/** After this many SAEs that fail alone as their group did, the others are expected to fail too. */
const REPEATS = 2;

/** Errors of a worker that was stopped or killed. */
const INTERRUPTED = ['run.stopped', 'run.worker-crashed'];

/** Errors of an evaluation that cannot be made on the documents or the hook. */
const IMPOSSIBLE = ['evaluation.no-labels', 'evaluation.one-class', 'hook.not-spliceable'];

/** The error of one job where its rows are gone; any other means that nothing can be stored. */
function storable(fault: unknown): ErrorJson {
  const explained = explainError(fault);
  if (explained instanceof SaeLabError && explained.code === 'db.stale-evaluation')
    return errorJson(explained);
  throw explained;
}

/** One SAE at a time, so that a broken one does not take the others with it. */
function singles(group: EvaluationJob, error: ErrorJson): Omit<EvaluationJob, 'id'>[] {
  const { id: _, ...job } = group;
  const afterFailure = { error, repeats: 0 };
  return job.subjects.map((subject) => ({ ...job, subjects: [subject], afterFailure }));
}

function argsOf(
  { request, on, subjects }: EvaluationJob,
  dataDir: string,
  threads: number,
): ExecuteEvaluationArgs {
  const { hook, dIn, activations, text } = on;
  return {
    evaluation: { name: request.name, settings: request.settings },
    hook,
    dIn,
    subjects: subjects.map(({ subject, label, source }) => ({
      id: subjectKey(subject),
      label: label.sae,
      source,
    })),
    activations: readsActivations({ request, subjects }) ? activations : undefined,
    text,
    dataDir,
    threads,
  };
}

/**
 * The rate and the time left, by the reports after the first one: before that, the worker loads the SAEs and the model.
 *
 * @param start by which the first report is measured
 */
function paceFrom(
  start: number,
): (progress: EvaluationProgress) => { perSecond: number; secondsLeft: number | null } {
  let first: { done: number; time: number } | undefined;
  return ({ done, total }) => {
    const from = first ?? { done: 0, time: start };
    const time = performance.now();
    first ??= { done, time };
    const perSecond = (done - from.done) / ((time - from.time) / 1000);
    return { perSecond, secondsLeft: perSecond > 0 ? (total - done) / perSecond : null };
  };
}
