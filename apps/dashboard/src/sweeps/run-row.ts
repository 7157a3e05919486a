import type { EvaluatedRun, RunStatus, VariantRow } from '@sae-lab/db/reading';
import { ALL_FIGURES, type Figures } from '@sae-lab/measures';
import { commitOf } from '../compare/compare-row.ts';
import { versionedNames } from '../variants/version-styles.ts';
import { runConfigurations } from './configurations.ts';

/** A run as a sweep's page shows it in the browser, without configuration and provenance. */
export interface RunRow {
  readonly id: number;
  /** Equal for runs that differ only in their seed, and for no others. */
  readonly configuration: number;
  readonly variant: string;
  readonly mathVersion: number;
  /** The variant, with its version where the sweep has several: `topk v2`. */
  readonly versionedVariant: string;
  /** E.g. `k=32`. */
  readonly coefficient: string;
  /** Value of the hyperparameter that sets sparsity, to sort by. */
  readonly coefficientValue: number | null;
  readonly hook: string;
  readonly width: number;
  readonly seed: number;
  readonly status: RunStatus;
  /** Whether the run is to end, and has not ended yet. */
  readonly cancelling: boolean;
  readonly step: number;
  readonly totalSteps: number | null;
  /** Final numbers; empty until the run has finished, and without those that are undefined on its data. */
  readonly figures: Readonly<Figures>;
  readonly seconds: number | null;
  /** Why the run failed or diverged. */
  readonly problem: string | null;
  /** The first digits of the commit that trained it. */
  readonly commit: string | null;
}

/** @param evaluated further figures by the id of the run */
export function runRows(
  runs: readonly EvaluatedRun[],
  variants: readonly VariantRow[],
  evaluated: ReadonlyMap<number, Record<string, number>> = new Map(),
): RunRow[] {
  const configurations = runConfigurations(runs, variants);
  const versioned = versionedNames(runs);
  return runs.map((run, index) => ({
    id: run.id,
    configuration: configurations[index]!.configuration,
    variant: run.variant,
    mathVersion: run.mathVersion,
    versionedVariant: versioned[index]!,
    coefficient: configurations[index]!.coefficient,
    coefficientValue: configurations[index]!.coefficientValue,
    hook: run.hook,
    width: run.width,
    seed: run.seed,
    status: run.status,
    cancelling: run.status === 'running' && run.cancelRequestedAt !== null,
    step: run.step,
    totalSteps: run.totalSteps,
    figures: definedFigures({ ...evaluated.get(run.id), ...run.figures }),
    seconds: run.seconds,
    problem: run.error?.message ?? null,
    commit: commitOf(run),
  }));
}

/** NaN stands for a figure that is undefined on the run's data. */
function definedFigures(figures: EvaluatedRun['figures']): Figures {
  return Object.fromEntries(
    ALL_FIGURES.map(({ key }) => [key, figures[key]]).filter(
      ([, value]) => value !== undefined && !Number.isNaN(value),
    ),
  ) as Figures;
}
