import { basename } from 'node:path';
import type { DescribedRun } from './described-run.ts';
import type { FeatureText } from './neuronpedia-feature.ts';

/** The file that says what an export describes, and how it names its format. */
export const ABOUT = 'about.json';
const LATENTS_FORMAT = 'sae-lab latents 2';
/** Those of this version and of earlier ones. */
export const LATENTS_FORMATS = /^sae-lab latents [12]$/;

/** What the author of an export may name. */
export interface FeatureNames {
  /** The model by the name that Neuronpedia has for it. */
  readonly model?: string | undefined;
  /** The set of SAEs that this one belongs to. */
  readonly set?: string | undefined;
}

interface Manifest {
  readonly model?: { readonly name?: string };
  readonly dataset?: {
    readonly spec?: { readonly kind?: string; readonly id?: string; readonly path?: string };
  };
  readonly settings?: { readonly maxTokens?: number };
}

/** What the head of every batch and the files next to them say. */
export interface FeatureHead extends FeatureText {
  readonly model: string;
  /** 0 for hooks outside of a layer. */
  readonly layer: number;
  readonly set: string;
  /** Tells the SAEs of a set apart. */
  readonly suffix: string;
  /** How our own description names the dataset. */
  readonly source: string;
}

export function headOf(
  { run, sweep, evaluation, activations }: DescribedRun,
  names: FeatureNames,
): FeatureHead {
  const { model, dataset, settings } = (activations?.manifest ?? {}) as Manifest;
  const spec = dataset?.spec;
  const id = spec?.kind === 'hub' ? (spec.id ?? '') : '';
  return {
    model: names.model ?? model?.name ?? activations?.model ?? 'unknown',
    layer: Number(/^blocks\.(\d+)\./.exec(run.hook)?.[1] ?? 0),
    set: names.set ?? sweep ?? 'sae-lab',
    suffix: `${run.variant}-${run.runHash.slice(0, 8)}`,
    documents: evaluation.documents,
    contextLength: settings?.maxTokens ?? 0,
    dataset: id,
    // Without the author's folders.
    source: id === '' ? basename(spec?.path ?? '') : id,
  };
}

/** `skipped_indexes.json`: the latents without a description, as SAEDashboard writes it. */
export function skippedIndexes({ model, layer, set }: FeatureHead, skipped: readonly number[]) {
  return {
    model_id: model,
    layer: String(layer),
    sae_set: set,
    // SAEDashboard can skip latents below a threshold of the log of their density. None is skipped here.
    log_sparsity: null,
    skipped_indexes: skipped,
  };
}

/** `run_settings.json`: SAEDashboard's settings, as far as they have a meaning here. */
export function runSettings(
  { model, layer, set, suffix, dataset, documents, contextLength }: FeatureHead,
  hash: string,
) {
  return {
    sae_set: set,
    sae_path: hash,
    outputs_dir: '.',
    np_sae_id_suffix: suffix,
    from_local_sae: true,
    huggingface_dataset_path: dataset,
    n_prompts_total: documents,
    n_tokens_in_prompt: contextLength,
    model_id: model,
    layer,
  };
}

/** `about.json`: what `latents.jsonl` describes. */
export function aboutLatents(
  { run, evaluation, probing }: DescribedRun,
  { model, source }: FeatureHead,
  latents: number,
) {
  return {
    format: LATENTS_FORMAT,
    runHash: run.runHash,
    variant: run.variant,
    hyper: run.hyper,
    hook: run.hook,
    model,
    width: run.width,
    latents,
    dataset: source,
    evaluation: {
      name: evaluation.name,
      version: evaluation.version,
      settings: evaluation.settings,
      tokens: evaluation.tokens,
      documents: evaluation.documents,
      finishedAt: evaluation.finishedAt,
    },
    probing: probing === undefined ? null : { ...probing, id: undefined },
  };
}
