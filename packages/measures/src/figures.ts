import type { Measure } from './measure.ts';

/** A final number of a run: what its SAE, as saved, does on held-out activations. */
export interface Figure extends Measure {
  /**
   * Where the figure is shown without being asked for. `headline`: in every table, that of the terminal included.
   * `table`: in the dashboard's table. `detail`: on the page of a run. JSON lines have all of them.
   */
  readonly prominence: 'headline' | 'table' | 'detail';
  /** Only some runs have it. It gets no column where no run does. */
  readonly optional?: true;
}

/** Every figure that an evaluation computes, in the order in which they are shown. */
export const FIGURES = {
  l0: {
    label: 'L0',
    unit: 'latents per token',
    form: 'fixed',
    digits: 1,
    better: 'lower',
    prominence: 'headline',
    meaning: 'Mean number of active latents per token.',
  },
  explained_variance: {
    label: 'Explained variance',
    short: 'Expl. var.',
    form: 'fixed',
    digits: 4,
    better: 'higher',
    prominence: 'headline',
    meaning: '1 − E‖x − x̂‖² / (E‖x‖² − ‖E x‖²): 0 for predicting the mean, 1 for a perfect reconstruction.',
  },
  mse: {
    label: 'MSE',
    unit: 'squared units of the activations',
    form: 'significant',
    digits: 4,
    better: 'lower',
    prominence: 'table',
    meaning: 'Mean squared error over all entries of the activations.',
  },
  cosine: {
    label: 'Cosine similarity',
    short: 'Cosine',
    form: 'fixed',
    digits: 4,
    better: 'higher',
    prominence: 'table',
    meaning: 'Mean cosine similarity between activation and reconstruction.',
  },
  l2_ratio: {
    label: 'L2 ratio',
    form: 'fixed',
    digits: 3,
    better: 'neither',
    prominence: 'table',
    meaning: 'Mean ‖x̂‖ / ‖x‖: below 1 the reconstruction shrinks.',
  },
  relative_reconstruction_bias: {
    label: 'Reconstruction bias γ',
    short: 'Bias γ',
    form: 'fixed',
    digits: 3,
    better: 'neither',
    prominence: 'detail',
    meaning: 'E‖x̂‖² / E[x·x̂]: 1 for an unbiased reconstruction, below 1 for one that shrinks.',
  },
  l1: {
    label: 'L1',
    unit: 'units of the activations',
    form: 'significant',
    digits: 4,
    better: 'neither',
    prominence: 'detail',
    meaning: 'Mean sum of the latent activations of a token.',
  },
  dead_fraction: {
    label: 'Dead latents',
    short: 'Dead',
    form: 'percent',
    digits: 1,
    better: 'lower',
    prominence: 'headline',
    meaning: 'Share of latents that fired on none of the evaluation tokens.',
  },
  dense_fraction_1pc: {
    label: 'Firing on > 1 % of tokens',
    short: 'Dense > 1 %',
    form: 'percent',
    digits: 1,
    better: 'neither',
    prominence: 'detail',
    meaning: 'Share of latents that fire on more than 1 % of the evaluation tokens.',
  },
  dense_fraction_10pc: {
    label: 'Firing on > 10 % of tokens',
    short: 'Dense > 10 %',
    form: 'percent',
    digits: 1,
    better: 'neither',
    prominence: 'detail',
    meaning: 'Share of latents that fire on more than 10 % of the evaluation tokens.',
  },
  mmcs: {
    label: 'Mean max cosine similarity',
    short: 'MMCS',
    form: 'fixed',
    digits: 3,
    better: 'higher',
    prominence: 'headline',
    optional: true,
    meaning: 'Mean, over the true directions, of the largest cosine similarity to any decoder row.',
  },
  recovered: {
    label: 'Recovered directions',
    short: 'Recovered',
    form: 'percent',
    digits: 1,
    better: 'higher',
    prominence: 'headline',
    optional: true,
    meaning: 'Share of the true directions that have a cosine similarity above 0.9 to a decoder row.',
  },
  ce_recovered: {
    label: 'CE recovered',
    form: 'fixed',
    digits: 4,
    better: 'higher',
    prominence: 'headline',
    optional: true,
    meaning:
      'Share of the model’s loss that zeros cost and reconstructions do not, (CE zero − CE spliced) / (CE zero − CE clean): 1 is perfect, 0 no better than zeros.',
  },
  ce_recovered_mean: {
    label: 'CE recovered over the mean',
    short: 'CE rec. (mean)',
    form: 'fixed',
    digits: 4,
    better: 'higher',
    prominence: 'table',
    optional: true,
    meaning:
      'CE recovered with the mean activation instead of zeros, (CE mean − CE spliced) / (CE mean − CE clean).',
  },
  ce_spliced: {
    label: 'CE spliced',
    unit: 'nats per token',
    form: 'fixed',
    digits: 4,
    better: 'lower',
    prominence: 'table',
    optional: true,
    meaning: 'Cross-entropy of the model with the activations replaced by their reconstructions.',
  },
  ce_clean: {
    label: 'CE clean',
    unit: 'nats per token',
    form: 'fixed',
    digits: 4,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Cross-entropy of the unedited model.',
  },
  ce_zero: {
    label: 'CE zero',
    unit: 'nats per token',
    form: 'fixed',
    digits: 4,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Cross-entropy of the model with the activations replaced by zeros.',
  },
  ce_mean: {
    label: 'CE mean',
    unit: 'nats per token',
    form: 'fixed',
    digits: 4,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Cross-entropy of the model with the activations replaced by the mean training activation.',
  },
  kl_recovered: {
    label: 'KL recovered',
    form: 'fixed',
    digits: 4,
    better: 'higher',
    prominence: 'table',
    optional: true,
    meaning:
      'Share of the change of predictions that zeros cause and reconstructions do not, (KL zero − KL spliced) / KL zero: 1 is perfect, 0 no better than zeros.',
  },
  kl_spliced: {
    label: 'KL spliced',
    unit: 'nats per token',
    form: 'significant',
    digits: 4,
    better: 'lower',
    prominence: 'table',
    optional: true,
    meaning: 'KL(clean‖spliced) of the model’s distribution over the next token.',
  },
  kl_zero: {
    label: 'KL zero',
    unit: 'nats per token',
    form: 'significant',
    digits: 4,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'KL(clean‖zero ablation) of the model’s distribution over the next token.',
  },
  evaluation_tokens: {
    label: 'Evaluation tokens',
    short: 'Eval. tokens',
    form: 'count',
    better: 'neither',
    prominence: 'detail',
    meaning: 'Number of held-out activations that the figures were computed on.',
  },
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureKey = keyof typeof FIGURES;

/** The figures of one run. NaN stands for one that is undefined on its data. */
export type Figures = Partial<Record<FigureKey, number>>;

/** The time that a run took. Not an evaluated figure, but tables show it next to them. */
export const TRAINING_TIME: Measure = {
  label: 'Training time',
  short: 'Seconds',
  unit: 's',
  form: 'fixed',
  digits: 1,
  better: 'lower',
  meaning: 'Seconds spent training, without the evaluation.',
};
