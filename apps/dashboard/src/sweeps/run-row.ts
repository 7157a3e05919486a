import type { EvaluatedRun, RunStatus, VariantRow } from '@sae-lab/db/reading';
import { runConfigurations } from './configurations.ts';

/** A run as the sweep's page needs it in the browser: no configuration, no provenance. */
export interface RunRow {
  readonly id: number;
  /** The same for runs that differ by their seed only, and for no others. */
  readonly configuration: number;
  readonly variant: string;
  readonly mathVersion: number;
  /** E.g. `k=32`. */
  readonly coefficient: string;
  /** Of the hyperparameter that sets sparsity, to sort by. */
  readonly coefficientValue: number | null;
  readonly hook: string;
  readonly width: number;
  readonly seed: number;
  readonly status: RunStatus;
  readonly step: number;
  readonly totalSteps: number | null;
  /** Final scalars by name; empty until it has finished, and without those that are undefined. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number | null;
  /** Why it failed or diverged. */
  readonly problem: string | null;
}

const SHOWN_METRICS = [
  'l0',
  'explained_variance',
  'mse',
  'cosine',
  'l2_ratio',
  'dead_fraction',
  'mmcs',
  'recovered',
] as const;
export type ShownMetric = (typeof SHOWN_METRICS)[number];

export function runRows(runs: readonly EvaluatedRun[], variants: readonly VariantRow[]): RunRow[] {
  const configurations = runConfigurations(runs, variants);
  return runs.map((run, index) => ({
    id: run.id,
    configuration: configurations[index]!.configuration,
    variant: run.variant,
    mathVersion: run.mathVersion,
    coefficient: configurations[index]!.label,
    coefficientValue: configurations[index]!.coefficient,
    hook: run.hook,
    width: run.width,
    seed: run.seed,
    status: run.status,
    step: run.step,
    totalSteps: run.totalSteps,
    metrics: definedFigures(run.evaluation),
    seconds: run.seconds,
    problem: run.error?.message ?? null,
  }));
}

/** NaN stands for a figure that is undefined on the data of a run. */
function definedFigures(evaluation: EvaluatedRun['evaluation']): Record<string, number> {
  const shown: Record<string, number> = {};
  for (const metric of SHOWN_METRICS) {
    const figure = evaluation[metric];
    if (figure !== undefined && !Number.isNaN(figure)) shown[metric] = figure;
  }
  return shown;
}
