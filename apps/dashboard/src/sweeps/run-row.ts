import type { EvaluatedRun, RunStatus, VariantRow } from '@sae-lab/db/reading';
import { coefficients } from './coefficients.ts';

/** A run as the sweep's page needs it in the browser: no configuration, no provenance. */
export interface RunRow {
  readonly id: number;
  readonly variant: string;
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
  /** Final scalars by name; empty until it has finished. */
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
  const coefficientOf = coefficients(runs, variants);
  return runs.map((run) => ({
    id: run.id,
    variant: run.variant,
    ...coefficientOf(run),
    hook: run.hook,
    width: run.width,
    seed: run.seed,
    status: run.status,
    step: run.step,
    totalSteps: run.totalSteps,
    metrics: Object.fromEntries(
      SHOWN_METRICS.flatMap((metric) =>
        run.evaluation[metric] === undefined ? [] : [[metric, run.evaluation[metric]]],
      ),
    ),
    seconds: run.seconds,
    problem: run.error?.message ?? null,
  }));
}
