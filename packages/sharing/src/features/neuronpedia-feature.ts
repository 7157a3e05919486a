import type { LatentExample, LatentFeatures } from '@sae-lab/core';

/** An example in SAEDashboard's format. */
interface NeuronpediaActivation {
  /** The band that the example was drawn from; −1 for the strongest examples. */
  readonly bin_min: number;
  /** The upper end of the band; for the strongest examples, the largest activation. */
  readonly bin_max: number;
  /** Fraction of all evaluated tokens whose activation is in the band; −1 for the strongest examples. */
  readonly bin_contains: number;
  readonly tokens: readonly string[];
  readonly values: readonly number[];
  readonly qualifying_token_index: number;
}

/** A latent as SAEDashboard's NeuronpediaDashboardFeature writes it. docs/neuronpedia.md says where each field comes from. */
export interface NeuronpediaFeature {
  readonly feature_index: number;
  readonly neuron_alignment_indices: readonly number[];
  readonly neuron_alignment_values: readonly number[];
  readonly neuron_alignment_l1: readonly number[];
  readonly correlated_neurons_indices: readonly number[];
  readonly correlated_neurons_l1: readonly number[];
  readonly correlated_neurons_pearson: readonly number[];
  readonly correlated_features_indices: readonly number[];
  readonly correlated_features_l1: readonly number[];
  readonly correlated_features_pearson: readonly number[];
  readonly neg_str: readonly string[];
  readonly neg_values: readonly number[];
  readonly pos_str: readonly string[];
  readonly pos_values: readonly number[];
  readonly frac_nonzero: number;
  readonly freq_hist_data_bar_values: readonly number[];
  readonly freq_hist_data_bar_heights: readonly number[];
  readonly logits_hist_data_bar_heights: readonly number[];
  readonly logits_hist_data_bar_values: readonly number[];
  readonly n_prompts_total: number;
  readonly n_tokens_in_prompt: number;
  readonly dataset: string;
  readonly decoder_weights_dist: readonly number[];
  readonly activations: readonly NeuronpediaActivation[];
  readonly vector: readonly number[];
}

/** What all latents of an export share. */
export interface FeatureText {
  /** Documents that were read. */
  readonly documents: number;
  /** Tokens of a piece of a document, at most. */
  readonly contextLength: number;
  /** Name of the dataset on the hub; '' for others. */
  readonly dataset: string;
}

const NOTHING: readonly never[] = [];

/** Fields that need what the evaluation does not measure are empty. */
export function neuronpediaFeature(latent: LatentFeatures, text: FeatureText): NeuronpediaFeature {
  const { histogram, raised, lowered } = latent;
  return {
    feature_index: latent.latent,
    neuron_alignment_indices: NOTHING,
    neuron_alignment_values: NOTHING,
    neuron_alignment_l1: NOTHING,
    correlated_neurons_indices: NOTHING,
    correlated_neurons_l1: NOTHING,
    correlated_neurons_pearson: NOTHING,
    correlated_features_indices: NOTHING,
    correlated_features_l1: NOTHING,
    correlated_features_pearson: NOTHING,
    neg_str: lowered.map(({ token }) => token),
    neg_values: lowered.map(({ weight }) => weight),
    pos_str: raised.map(({ token }) => token),
    pos_values: raised.map(({ weight }) => weight),
    frac_nonzero: latent.density,
    // The centres of the bars: readers take half the distance to the next one as half the width.
    freq_hist_data_bar_values: histogram.counts.map(
      (_, bin) => (histogram.edges[bin]! + histogram.edges[bin + 1]!) / 2,
    ),
    freq_hist_data_bar_heights: histogram.counts,
    logits_hist_data_bar_heights: NOTHING,
    logits_hist_data_bar_values: NOTHING,
    n_prompts_total: text.documents,
    n_tokens_in_prompt: text.contextLength,
    dataset: text.dataset,
    decoder_weights_dist: NOTHING,
    activations: activationsOf(latent),
    vector: NOTHING,
  };
}

function activationsOf({
  top,
  bands,
  maxActivation,
  histogram,
  density,
}: LatentFeatures): NeuronpediaActivation[] {
  const fired = histogram.counts.reduce((sum, count) => sum + count, 0);
  const strongest = { bin_min: -1, bin_max: maxActivation, bin_contains: -1 };
  return [
    ...top.map((example) => ({ ...strongest, ...exampleOf(example) })),
    ...bands.flatMap(({ from, to, examples }) => {
      const bin_contains = fired === 0 ? 0 : (density * countBetween(histogram, from, to)) / fired;
      return examples.map((example) => ({ bin_min: from, bin_max: to, bin_contains, ...exampleOf(example) }));
    }),
  ];
}

/** Exact: the ends of bands are powers of two, and so are edges of the histogram. */
function countBetween({ edges, counts }: LatentFeatures['histogram'], from: number, to: number): number {
  return counts.reduce((sum, count, bin) => (edges[bin]! >= from && edges[bin]! < to ? sum + count : sum), 0);
}

/** SAEDashboard has a value for every token. */
function exampleOf({ tokens, activations, at }: LatentExample) {
  return { tokens, values: activations.map((value) => value ?? 0), qualifying_token_index: at };
}
