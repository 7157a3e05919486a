import type { ComparedRun, RunStatus, VariantRow } from '@sae-lab/db/reading';
import { stepSecondsOf } from '../curves/curve-run.ts';
import { runLabel } from '@sae-lab/measures';
import { runConfigurations } from '../sweeps/configurations.ts';
import { versionedNames } from '../variants/version-styles.ts';
import type { ConfigFields } from './config-fields.ts';
import { shownIn } from './shown-in.ts';

/** A run as the compare page knows it in the browser. */
export interface CompareRow {
  readonly id: number;
  readonly hash: string;
  /** Equal for runs that differ only in their seed. */
  readonly configuration: number;
  /** E.g. `topk k=32`, with the hook and the width where the compared runs differ in these. */
  readonly configurationName: string;
  readonly variant: string;
  readonly mathVersion: number;
  /** The variant, with its version where the compared runs have several: `topk v2`. */
  readonly versionedVariant: string;
  /** E.g. `k=32`. */
  readonly coefficient: string;
  readonly hook: string;
  readonly width: number;
  readonly seed: number;
  readonly status: RunStatus;
  readonly activations: string;
  /** Tokens of a step; null where it is unknown. */
  readonly stepTokens: number | null;
  /** Seconds of training per step; null where that is unknown. */
  readonly stepSeconds: number | null;
  readonly totalSteps: number | null;
  readonly commit: string | null;
  /** Texts of the settings in which the runs differ, by key. */
  readonly settings: Readonly<Record<string, string>>;
  /** Figures of the run and of its evaluations that are defined on its data. */
  readonly figures: Readonly<Record<string, number>>;
}

export function compareRows(
  runs: readonly ComparedRun[],
  variants: readonly VariantRow[],
  { values }: ConfigFields,
): CompareRow[] {
  const configurations = runConfigurations(runs, variants);
  const versioned = versionedNames(runs);
  const now = Date.now();
  const shown = shownIn(runs);
  return runs.map((run, index) => ({
    id: run.id,
    hash: run.runHash.slice(0, 8),
    configuration: configurations[index]!.configuration,
    configurationName: runLabel({
      variant: versioned[index]!,
      coefficient: configurations[index]!.coefficient,
      ...(shown.hook && { hook: run.hook }),
      ...(shown.width && { width: run.width }),
    }),
    variant: run.variant,
    mathVersion: run.mathVersion,
    versionedVariant: versioned[index]!,
    coefficient: configurations[index]!.coefficient,
    hook: run.hook,
    width: run.width,
    seed: run.seed,
    status: run.status,
    activations: run.activationsId,
    stepTokens: stepTokensOf(run),
    stepSeconds: stepSecondsOf(run, now),
    totalSteps: run.totalSteps,
    commit: commitOf(run),
    settings: values[index]!,
    figures: Object.fromEntries(Object.entries(run.figures).filter(([, value]) => Number.isFinite(value))),
  }));
}

/** Tokens of a step; null where it is unknown. */
export function stepTokensOf({ config }: Pick<ComparedRun, 'config'>): number | null {
  const size = (config['training'] as { batchSize?: unknown } | undefined)?.batchSize;
  return typeof size === 'number' ? size : null;
}

/** The first digits of the commit that trained a run; null where it is unknown. */
export function commitOf({ provenance }: Pick<ComparedRun, 'provenance'>): string | null {
  return typeof provenance?.['commit'] === 'string' ? provenance['commit'].slice(0, 8) : null;
}
