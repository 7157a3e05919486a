import {
  CORE_MATH_VERSION,
  hashOfValue,
  resolveTraining,
  runHash,
  type EvaluationSettings,
  type RunSpec,
} from '@sae-lab/core';
import type { PlannedActivations } from '@sae-lab/core/activations';
import { SaeLabError } from '@sae-lab/errors';
import type { Combination } from '../definition/combinations.ts';
import type { Experiment } from '../definition/load-experiment.ts';
import type { SweepDefinition } from '../definition/sweep-input.ts';
import { invalidSweep, type Problem } from '../definition/problems.ts';
import { activationsSource, type PlanOptions } from './activations-source.ts';
import { chooseStore } from './choose-store.ts';
import { problemsOfLengths } from './check-lengths.ts';
import { problemsOfShards } from './check-shards.ts';
import { planSaes } from './plan-saes.ts';
import type { PlannedRun, SweepPlan } from './sweep-plan.ts';

/**
 * Expands an experiment into runs and checks each of them. Reads the model's files, and downloads them if they are on the
 * hub. Writes only the cache of file hashes.
 *
 * @throws {SaeLabError} `sweep.invalid`, and what the source throws for a missing model, dataset or hook
 */
export async function planSweep(experiment: Experiment, options: PlanOptions): Promise<SweepPlan> {
  const { definition } = experiment;
  const source = activationsSource(definition, options);
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  const activations = await source.plan(warn);
  checkCombinations(experiment, activations);
  const store = await chooseStore(definition, activations, options.dataDir);
  const windowRows = store.stream?.windowRows;

  const runs = new Map<string, PlannedRun>();
  for (const seed of definition.seeds) {
    for (const planned of activations) {
      for (const width of definition.widths) {
        for (const combination of definition.combinations) {
          const spec = specOf(experiment, combination, { seed, width, planned, windowRows });
          const run = { spec, runHash: runHash(spec), width, combination, activations: planned };
          runs.set(run.runHash, run);
        }
      }
    }
  }
  const problems = [...problemsOfShards(definition, activations), ...problemsOfLengths([...runs.values()])];
  if (problems.length > 0) throw invalidSweep(problems);
  return {
    experiment,
    runs: [...runs.values()],
    saes: await planSaes(definition, activations, warn),
    source,
    store,
    warnings,
    definitionHash: hashOfValue({ name: definition.name, runs: [...runs.keys()] }),
  };
}

function specOf(
  { definition }: Experiment,
  { variant, hyper, training }: Combination,
  {
    seed,
    width,
    planned,
    windowRows,
  }: { seed: number; width: number; planned: PlannedActivations; windowRows: number | undefined },
): RunSpec {
  const settings = windowRows === undefined ? training : { ...training, windowRows };
  return {
    variant: { name: variant.name, mathVersion: variant.mathVersion },
    coreMathVersion: CORE_MATH_VERSION,
    hyper,
    hook: planned.hook.name,
    dSae: width,
    seed,
    activationsId: planned.id,
    training: resolveTraining(settings, variant, { hyper, dIn: planned.dIn, dSae: width }),
    // Without `also`, which changes nothing about the run.
    evaluation: runEvaluation(definition),
  };
}

function runEvaluation({ evaluation }: SweepDefinition): EvaluationSettings {
  const { also: _, ...ofRun } = evaluation;
  return ofRun;
}

/** Checks constraints between a variant's hyperparameters and its width, e.g. k ≤ dSae. */
function checkCombinations({ definition }: Experiment, activations: readonly PlannedActivations[]): void {
  const problems: Problem[] = [];
  const widthsIn = new Set(activations.map(({ dIn }) => dIn));
  for (const { variant, hyper, path } of definition.combinations) {
    for (const dIn of widthsIn) {
      for (const dSae of definition.widths) {
        try {
          variant.validate?.({ hyper, dIn, dSae });
        } catch (error) {
          if (!(error instanceof SaeLabError)) throw error;
          const { field } = error.details;
          problems.push({ ...error.details, field: field === undefined ? path : `${path}.${field}` });
        }
      }
    }
  }
  if (problems.length > 0) throw invalidSweep(problems);
}
