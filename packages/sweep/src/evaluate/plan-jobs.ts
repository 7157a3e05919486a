import { evaluationNamed, hashOfValue } from '@sae-lab/core';
import { evaluatedSubjects, type Db, type EvaluationKey } from '@sae-lab/db';
import type { Requested } from '../definition/requests.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import { subjectKey, type EvaluatedHook, type SubjectToEvaluate } from './evaluated-hook.ts';

/** One evaluation of SAEs of one hook, over which one worker makes one pass. */
export interface EvaluationJob {
  readonly id: number;
  readonly request: Requested;
  /** Left out where the data do not allow it: it was not asked for by name. */
  readonly optional: boolean;
  readonly key: EvaluationKey;
  readonly on: EvaluatedHook;
  readonly subjects: readonly SubjectToEvaluate[];
  /** Set for a job with several SAEs that is tried a second time because its worker crashed. */
  readonly afterCrash?: true;
  /** Set for an SAE that is tried alone after a job with several SAEs failed; all of that job share it. */
  readonly afterFailure?: GroupFailure;
}

interface GroupFailure {
  readonly error: ErrorJson;
  /** SAEs that failed with the same error when they were tried alone. */
  repeats: number;
}

/** What is asked for on a hook. Baselines may be asked for more than runs. */
export interface HookRequests {
  readonly on: EvaluatedHook;
  readonly requests: readonly {
    readonly request: Requested;
    /** Leave it out where the data do not allow it, e.g. without labels. */
    readonly optional?: boolean;
    /** Of these SAEs only; by default of all. */
    readonly of?: (subject: SubjectToEvaluate) => boolean;
  }[];
}

export interface PlannedJobs {
  readonly jobs: readonly EvaluationJob[];
  /** SAEs that have an evaluation already. */
  readonly skipped: readonly {
    readonly key: EvaluationKey;
    readonly hook: string;
    readonly subject: SubjectToEvaluate;
  }[];
}

/** Bounds of a job: SAEs, and their weights in bytes. */
const MOST_SAES = 32;
const MOST_BYTES = 2 ** 30;

/**
 * The evaluations that are missing.
 *
 * @param force evaluate again what has been evaluated
 */
export async function planJobs(
  db: Db,
  hooks: readonly HookRequests[],
  { dataDir, force }: { dataDir: string; force: boolean },
): Promise<PlannedJobs> {
  const jobs: EvaluationJob[] = [];
  const skipped: PlannedJobs['skipped'][number][] = [];
  // The same evaluation may be asked for twice.
  const asked = new Set<string>();
  for (const { on, requests } of hooks) {
    for (const { request, optional = false, of = () => true } of requests) {
      const key = await keyOf(request, on, dataDir);
      const identity = hashOfValue(key);
      const isNew = ({ subject }: SubjectToEvaluate): boolean => {
        const own = `${identity} ${subjectKey(subject)}`;
        return !asked.has(own) && asked.add(own).has(own);
      };
      const wanted = on.subjects.filter(of).filter(isNew);
      const evaluated = force
        ? []
        : await evaluatedSubjects(
            db,
            key,
            wanted.map(({ subject }) => subject),
          );
      const done = new Set(evaluated.map(subjectKey));
      const isDone = ({ subject }: SubjectToEvaluate): boolean => done.has(subjectKey(subject));
      skipped.push(...wanted.filter(isDone).map((subject) => ({ key, hook: on.hook, subject })));
      const missing = wanted.filter((subject) => !isDone(subject));
      for (const subjects of groupsOf(missing, on.dIn)) {
        jobs.push({ id: jobs.length, request, optional, key, on, subjects });
      }
    }
  }
  return { jobs, skipped };
}

/** Whether the job reads activations: for the evaluation, or to make a baseline. */
export function readsActivations({
  request,
  subjects,
}: Pick<EvaluationJob, 'request' | 'subjects'>): boolean {
  return (
    evaluationNamed(request.name).needs !== 'weights' ||
    subjects.some(({ source }) => source.kind === 'baseline')
  );
}

/** The identity of an evaluation, apart from its SAE. */
async function keyOf(
  { name, settings }: Requested,
  on: EvaluatedHook,
  dataDir: string,
): Promise<EvaluationKey> {
  const definition = evaluationNamed(name);
  const { id, holdout, firstRows } = on.activations;
  const named = await definition.dataId?.(settings, { dataDir });
  return {
    name,
    version: definition.version,
    dataId: hashOfValue({
      ...(definition.needs !== 'weights' && { activations: id, holdout, firstRows }),
      ...(named !== undefined && { named }),
    }),
    settingsHash: hashOfValue(settings),
  };
}

function groupsOf(subjects: readonly SubjectToEvaluate[], dIn: number): SubjectToEvaluate[][] {
  const groups: SubjectToEvaluate[][] = [];
  let bytes = 0;
  for (const subject of subjects) {
    const own = 2 * 4 * dIn * subject.width;
    const last = groups.at(-1);
    if (last === undefined || last.length === MOST_SAES || bytes + own > MOST_BYTES) {
      groups.push([subject]);
      bytes = own;
    } else {
      last.push(subject);
      bytes += own;
    }
  }
  return groups;
}
