import type { SharedRun } from '../shared-run.ts';

/** The architecture of each variant by the name that SAELens gives to it in training. */
const TRAINED_AS: Readonly<Record<string, string>> = {
  'relu-l1': 'standard',
  topk: 'topk',
  gated: 'gated',
  'jump-relu': 'jumprelu',
  'batch-topk': 'batchtopk',
  matryoshka: 'matryoshka_batchtopk',
};

/** What the files of a published SAE say about its run. */
export interface RunDetails {
  readonly trainedAs: string;
  /** Absent where a batch was the whole training set. */
  readonly trainingTokens?: number;
  /** Finite figures only: JSON has no other. */
  readonly figures: Readonly<Record<string, number>>;
  /** Name of the model, and whether it is on the hub. */
  readonly model: { readonly name: string; readonly isOnHub: boolean };
  /** Name of the dataset on the hub. */
  readonly dataset?: string;
}

export function detailsOf({ run, figures, activations }: SharedRun): RunDetails {
  const { training } = run.config as { training?: { batchSize?: unknown } };
  const batchSize = training?.batchSize;
  const { model, dataset } = (activations?.manifest ?? {}) as {
    model?: { name: string; commit?: string };
    dataset?: { spec?: { kind: string; id?: string } };
  };
  const id = dataset?.spec?.kind === 'hub' ? dataset.spec.id : undefined;
  return {
    trainedAs: TRAINED_AS[run.variant] ?? run.variant,
    ...(typeof batchSize === 'number' && { trainingTokens: run.step * batchSize }),
    figures: Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value))),
    model: { name: model?.name ?? activations?.model ?? 'unknown', isOnHub: model?.commit !== undefined },
    ...(id !== undefined && { dataset: id }),
  };
}
