import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { evaluationSettings, resolveTraining, trainingSettings } from '@sae-lab/core';
import {
  enqueueRuns,
  upsertSweep,
  type Db,
  type JsonObject,
  type NewRun,
  type RunStatus,
  type Sweep,
} from '@sae-lab/db';
import type { PlannedRun, SweepPlan } from '../plan/sweep-plan.ts';
import type { TrainingQueue } from '../queue/queues.ts';
import { coefficientLabels } from '../report/coefficient.ts';
import type { RunLabel } from '../report/events.ts';
import type { QueuedRun } from './run-queue.ts';

/**
 * Stores a sweep, or finds it.
 *
 * @param queue where its runs wait for workers; null if this process trains them
 * @param priority see `upsertSweep`
 */
export async function storeSweep(
  db: Db,
  plan: SweepPlan,
  projectRoot: string,
  queue: TrainingQueue | null = null,
  priority?: number,
): Promise<Sweep> {
  return upsertSweep(db, await sweepRow(plan, projectRoot), queue, priority);
}

/** A sweep as the database stores it. */
export async function sweepRow(plan: SweepPlan, projectRoot: string): Promise<NewSweep> {
  const { file, definition } = plan.experiment;
  return {
    name: definition.name,
    definitionHash: plan.definitionHash,
    definition: definitionJson(plan),
    file: relative(projectRoot, file),
    source: await readFile(file, 'utf8'),
  };
}

export type NewSweep = Parameters<typeof upsertSweep>[1];

/** The runs of a sweep in the database: new ones are added, and all are returned in the order of the plan. */
export async function storeRuns(
  db: Db,
  sweepId: number,
  plan: SweepPlan,
): Promise<(QueuedRun & { status: RunStatus })[]> {
  const coefficientOf = coefficientLabels(plan.runs);
  const stored = await enqueueRuns(db, sweepId, plan.runs.map(newRun));
  return stored.map(({ id: runId, status }, index) => {
    const run = plan.runs[index] as PlannedRun;
    return { ...run, runId, status, label: labelOf(run, runId, coefficientOf(run)) };
  });
}

/** A sweep's definition with every default filled in and every axis expanded. */
export function definitionJson({ experiment: { definition } }: SweepPlan): JsonObject {
  const { combinations, ...rest } = definition;
  return {
    ...rest,
    combinations: combinations.map(({ variant, hyper, training }) => ({
      variant: { name: variant.name, mathVersion: variant.mathVersion },
      hyper,
      training,
    })),
  };
}

export function newRun(run: PlannedRun): NewRun {
  const { spec, runHash, width, combination } = run;
  const { variant, hyper, hook, seed, activationsId } = spec;
  return {
    runHash,
    variant: variant.name,
    mathVersion: variant.mathVersion,
    hyper,
    hook,
    width,
    seed,
    activationsId,
    config: { ...spec },
    defaults: defaultsOf(run),
    lossConvention: combination.variant.lossConvention(hyper),
  };
}

/** What the author of a run need not write, so that readers see what was chosen. Its length has no default. */
function defaultsOf({ spec, combination: { variant }, activations: { dIn } }: PlannedRun): JsonObject {
  const { hyper, dSae } = spec;
  const { steps: _, ...training } = resolveTraining(trainingSettings.parse({ steps: 1 }), variant, {
    hyper,
    dIn,
    dSae,
  });
  return { training, evaluation: evaluationSettings.parse({}) };
}

function labelOf({ spec, runHash, width }: PlannedRun, runId: number, coefficient: string): RunLabel {
  const { variant, hook, seed } = spec;
  return { runId, runHash, variant: variant.name, coefficient, hook, width, seed };
}
