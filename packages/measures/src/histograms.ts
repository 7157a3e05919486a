import type { Measure } from './measure.ts';

/** A distribution over the evaluation set. `unit` is what is counted; `form` and `digits` are those of its axis. */
export interface HistogramMeasure extends Measure {
  /** Title of the axis. */
  readonly axis: string;
  /** Counts span orders of magnitude, so they are drawn on a log scale. */
  readonly logCounts?: true;
}

/** Every histogram that an evaluation makes, in the order in which they are shown. */
export const HISTOGRAMS = {
  code_activations: {
    label: 'Latent activations from 0 to 1',
    axis: 'activation',
    unit: 'entries',
    form: 'fixed',
    digits: 2,
    logCounts: true,
    meaning: 'All entries of the codes, inactive ones in the first bin.',
  },
  active_units: {
    label: 'Active latents per token',
    axis: 'active latents',
    unit: 'tokens',
    form: 'count',
    meaning: 'Number of latents above 0.001 on each evaluation token.',
  },
  code_activations_log10: {
    label: 'Nonzero latent activations',
    axis: 'log₁₀ of the activation',
    unit: 'entries',
    form: 'fixed',
    digits: 1,
    meaning: 'Active entries of the codes by order of magnitude, without an upper limit.',
  },
  log10_density: {
    label: 'Latent density',
    axis: 'log₁₀ of the density',
    unit: 'latents',
    form: 'fixed',
    digits: 1,
    meaning: 'Share of tokens on which each latent fires; dead latents are left out.',
  },
  decoder_norms: {
    label: 'Decoder norms',
    axis: 'norm',
    unit: 'latents',
    meaning: 'Norms of the decoder rows, for unscaled activations.',
  },
  decoder_max_cosines: {
    label: 'Max decoder cosines',
    axis: 'largest cosine to another row',
    unit: 'latents',
    form: 'fixed',
    digits: 1,
    meaning: 'For each decoder row, the largest cosine to another row.',
  },
  encoder_decoder_cosines: {
    label: 'Encoder–decoder cosines',
    axis: 'cosine',
    unit: 'latents',
    form: 'fixed',
    digits: 1,
    meaning: 'Cosine between the encoder column and the decoder row of each latent.',
  },
} as const satisfies Readonly<Record<string, HistogramMeasure>>;
