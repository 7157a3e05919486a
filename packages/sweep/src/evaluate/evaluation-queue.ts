import { setTimeout as sleep } from 'node:timers/promises';
import { evaluatedSubjects, type Claims, type Db } from '@sae-lab/db';
import { subjectKey, type SubjectToEvaluate } from './evaluated-hook.ts';
import type { EvaluationJob } from './plan-jobs.ts';

export interface EvaluationQueue {
  /** The next job, with the SAEs that this process has claimed; undefined if none is left. */
  take(): Promise<EvaluationJob | undefined>;
  add(jobs: readonly Omit<EvaluationJob, 'id'>[]): void;
  release(job: EvaluationJob): Promise<void>;
}

interface QueueOptions {
  readonly db: Db;
  readonly claims: Claims;
  readonly signal: AbortSignal;
  readonly force: boolean;
}

const POLL_MS = 1000;

/**
 * Hands out jobs in order. SAEs that another process evaluates become a job at the end. The queue waits until that process
 * has finished them, and then calls `onFinishedElsewhere`, or until it is gone, and then hands them out.
 */
export function evaluationQueue(
  jobs: readonly EvaluationJob[],
  { db, claims, signal, force }: QueueOptions,
  onFinishedElsewhere: (job: EvaluationJob, subject: SubjectToEvaluate) => void,
): EvaluationQueue {
  const waiting = [...jobs];
  let nextId = jobs.length;
  const add = (more: readonly Omit<EvaluationJob, 'id'>[]): void => {
    for (const job of more) waiting.push({ ...job, id: nextId++ });
  };
  const claimAll = async (job: EvaluationJob): Promise<EvaluationJob> => {
    const claimed: SubjectToEvaluate[] = [];
    for (const subject of job.subjects) {
      if (await claims.claimEvaluation(claimKey(job, subject))) claimed.push(subject);
    }
    const others = job.subjects.filter((subject) => !claimed.includes(subject));
    if (others.length > 0) add([{ ...job, subjects: others }]);
    return { ...job, subjects: claimed };
  };
  /** Another process may have finished some since the plan. */
  const withoutFinished = async (job: EvaluationJob): Promise<EvaluationJob> => {
    if (force) return job;
    const subjects = job.subjects.map(({ subject }) => subject);
    const done = new Set((await evaluatedSubjects(db, job.key, subjects)).map(subjectKey));
    const isDone = ({ subject }: SubjectToEvaluate): boolean => done.has(subjectKey(subject));
    const finished = job.subjects.filter(isDone);
    for (const subject of finished) {
      await claims.releaseEvaluation(claimKey(job, subject));
      onFinishedElsewhere(job, subject);
    }
    return { ...job, subjects: job.subjects.filter((subject) => !isDone(subject)) };
  };
  return {
    async take() {
      let claimedByOthers = 0;
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next === undefined) return undefined;
        const job = await claimAll(next);
        if (job.subjects.length === 0) {
          claimedByOthers += 1;
          if (claimedByOthers < waiting.length) continue;
          await sleep(POLL_MS, undefined, { signal }).catch(() => {});
          claimedByOthers = 0;
          continue;
        }
        const left = await withoutFinished(job);
        if (left.subjects.length > 0) return left;
      }
      return undefined;
    },
    add,
    async release(job) {
      for (const subject of job.subjects) await claims.releaseEvaluation(claimKey(job, subject));
    },
  };
}

function claimKey({ key }: EvaluationJob, { subject }: SubjectToEvaluate): string {
  return JSON.stringify([key.name, key.version, key.dataId, key.settingsHash, subjectKey(subject)]);
}
