import { join } from 'node:path';
import { evaluationNamed } from '@sae-lab/core';
import type { PlannedActivations } from '@sae-lab/core/activations';
import { activationsById, runsOfSweep, type Claims, type Database } from '@sae-lab/db';
import { activationsAreThere, windowIsGone } from './activations-there.ts';
import type { Requested } from '../definition/requests.ts';
import { extractionSettings, modelSource, type SourceDefinition } from '../plan/activations-source.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { EvaluationCounts, SweepEvent } from '../report/events.ts';
import { makeActivations } from '../run/make-activations.ts';
import type { QueuedRun } from '../run/run-queue.ts';
import { saePlace } from '../run/sae-place.ts';
import { bringSaes } from '../shared/bring-saes.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import type { TrainingSignals } from '../run/train-runs.ts';
import type { EvaluatedHook, SubjectToEvaluate } from './evaluated-hook.ts';
import { evaluateHooks, type EvaluationOptions } from './evaluate-hooks.ts';
import type { HookRequests } from './plan-jobs.ts';
import type { StoredSae } from './store-saes.ts';
import { runSubject, saeSubject } from './subjects.ts';

interface SweepToEvaluate {
  readonly plan: SweepPlan;
  readonly sweepId: number;
  readonly runs: readonly QueuedRun[];
  readonly saes: readonly StoredSae[];
}

/** Evaluates the finished runs of a sweep and its other SAEs, as far as that has not been done. */
export async function evaluateSweep(
  { plan, sweepId, runs, saes }: SweepToEvaluate,
  { database, claims }: { database: Database; claims: Claims },
  options: EvaluationOptions & { readonly shared: SharedFiles },
  signals: TrainingSignals,
  report: (event: SweepEvent) => void,
): Promise<EvaluationCounts> {
  const { definition } = plan.experiment;
  const { also } = definition.evaluation;
  const ofRuns = also.length === 0 ? [] : await runSubjects(database, sweepId, runs, options, report);
  const hooks = [...new Map(runs.map(({ activations }) => [activations.id, activations])).values()];
  const folders = await foldersOf(plan, hooks, database, options.dataDir);
  const asked = hooks.map((planned): HookRequests => {
    const isOfHook = ({ activations }: { activations: { id: string } }): boolean =>
      activations.id === planned.id;
    const on: EvaluatedHook = {
      hook: planned.hook.name,
      dIn: planned.dIn,
      activations: {
        id: planned.id,
        folder: folders.get(planned.id)!,
        holdout: definition.evaluation.holdout,
        firstRows: runs.find(isOfHook)?.spec.training.windowRows,
      },
      text: textOf(definition),
      subjects: [
        ...ofRuns.filter(({ run }) => isOfHook(run)).map(({ subject }) => subject),
        ...saes.filter(({ planned: sae }) => isOfHook(sae)).map(saeSubject),
      ],
    };
    const ofSaes = ({ subject }: SubjectToEvaluate): boolean => subject.saeId !== undefined;
    return {
      on,
      requests: [...also.map((request) => ({ request })), { request: ownFigures(definition), of: ofSaes }],
    };
  });
  const prepare = async (needed: readonly EvaluatedHook[]): Promise<void> => {
    const gone: string[] = [];
    for (const { hook, activations } of needed)
      if (!(await activationsAreThere(activations))) gone.push(hook);
    if (gone.length > 0 && plan.store.kind === 'stream') throw windowIsGone(gone);
    const again = runs.filter(({ spec }) => gone.includes(spec.hook));
    if (again.length > 0)
      await makeActivations(
        plan,
        again,
        { database, dataDir: options.dataDir, claims, shared: options.shared, signal: signals.stop },
        report,
      );
  };
  return evaluateHooks(asked, { database, claims, prepare }, { ...options, force: false }, signals, report);
}

/** Where the activations of each hook are: complete, or the first window of a stream. */
async function foldersOf(
  { store }: SweepPlan,
  hooks: readonly PlannedActivations[],
  { db }: Database,
  dataDir: string,
): Promise<ReadonlyMap<string, string>> {
  const found = hooks.map(async (planned) => {
    const { id, folder } = planned;
    if (store.kind === 'cache' || (await activationsAreThere(planned))) return [id, folder] as const;
    const row = await activationsById(db, id);
    return [id, row === undefined ? folder : join(dataDir, row.folder)] as const;
  });
  return new Map(await Promise.all(found));
}

async function runSubjects(
  { db }: Database,
  sweepId: number,
  runs: readonly QueuedRun[],
  { dataDir, shared }: { dataDir: string; shared: SharedFiles },
  report: (event: SweepEvent) => void,
): Promise<{ run: QueuedRun; subject: SubjectToEvaluate }[]> {
  const finished = new Set(
    (await runsOfSweep(db, sweepId)).filter(({ status }) => status === 'finished').map(({ id }) => id),
  );
  const candidates = runs.filter(({ runId }) => finished.has(runId));
  const files = await bringSaes(
    db,
    candidates.map(({ runHash }) => runHash),
    { dataDir, verify: false, shared },
  );
  const found = candidates.flatMap((run) => {
    const place = saePlace(dataDir, run, files.get(run.runHash));
    return place === null || place.host !== undefined
      ? []
      : [{ run, subject: runSubject(run.label, place.folder) }];
  });
  const away = candidates.length - found.length;
  if (away > 0) {
    report({
      type: 'sweep.warning',
      message: `The files of ${away} finished ${away === 1 ? 'run' : 'runs'} are not here, so they are not evaluated.`,
    });
  }
  return found;
}

/** The figures that every run has from its training, on the same rows. */
export function ownFigures({
  evaluation: { maxTokens },
}: {
  evaluation: { holdout: number; maxTokens?: number | undefined };
}): Requested {
  const { name, settings } = evaluationNamed('reconstruction');
  return { name, settings: settings.parse(maxTokens === undefined ? {} : { maxTokens }) };
}

export function textOf({ model, dataset, activations }: SourceDefinition): EvaluatedHook['text'] {
  if (model === undefined) return undefined;
  return { model: modelSource(model), dataset, settings: extractionSettings(activations) };
}
