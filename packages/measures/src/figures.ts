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
  rare_fraction: {
    label: 'Firing on < 0.1 % of tokens',
    short: 'Rare',
    form: 'percent',
    digits: 1,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Share of latents that fire on some, but less than 0.1 %, of the evaluation tokens.',
  },
  dense_share_1pc: {
    label: 'Activity of latents firing on > 1 %',
    short: 'Share > 1 %',
    form: 'percent',
    digits: 1,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Share of all firings that come from latents firing on more than 1 % of the evaluation tokens.',
  },
  dense_share_10pc: {
    label: 'Activity of latents firing on > 10 %',
    short: 'Share > 10 %',
    form: 'percent',
    digits: 1,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Share of all firings that come from latents firing on more than 10 % of the evaluation tokens.',
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
  probing_k1: probing(1, 'table'),
  probing_k2: probing(2),
  probing_k5: probing(5),
  probing_k10: probing(10),
  probing_k20: probing(20),
  probing_raw: {
    label: 'Probing accuracy, all dimensions',
    short: 'Probe raw',
    form: 'fixed',
    digits: 3,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning:
      'Test accuracy of a probe on all dimensions of the mean activations, averaged over the classes: a reference.',
  },
  probing_raw_k1: rawProbing(1),
  probing_raw_k2: rawProbing(2),
  probing_raw_k5: rawProbing(5),
  probing_raw_k10: rawProbing(10),
  probing_raw_k20: rawProbing(20),
  probing_majority: {
    label: 'Probing accuracy, majority',
    short: 'Majority',
    form: 'fixed',
    digits: 3,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Test accuracy of always predicting the larger side of the training documents: a reference.',
  },
  tpp_2: perturbation(2),
  tpp_5: perturbation(5),
  tpp_10: perturbation(10, 'table'),
  tpp_20: perturbation(20),
  tpp_50: perturbation(50),
  absorption_rate: {
    label: 'First-letter absorption',
    short: 'Absorbed letters',
    form: 'percent',
    digits: 1,
    better: 'lower',
    prominence: 'table',
    optional: true,
    meaning:
      'Share of tokens with a first letter that a probe recognises on which the latents for the letter are silent and another one carries it.',
  },
  spelling_accuracy: {
    label: 'Accuracy of first-letter probes',
    short: 'Spelling',
    form: 'fixed',
    digits: 3,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning:
      'Mean accuracy of first-letter probes on tokens that they have not seen: whether the model knows the letters at all.',
  },
  feature_f1: {
    label: 'F1 of true features',
    short: 'Feature F1',
    form: 'fixed',
    digits: 3,
    better: 'higher',
    prominence: 'table',
    optional: true,
    meaning:
      'Mean over the true features of the F1 score between the feature and its latent, by rows on which they are active.',
  },
  split_fraction: {
    label: 'Split features',
    form: 'percent',
    digits: 1,
    better: 'lower',
    prominence: 'detail',
    optional: true,
    meaning: 'Share of true features that several decoder rows stand for, each with a cosine above 0.7.',
  },
  true_absorption: {
    label: 'Absorption of true parents',
    short: 'Absorbed parents',
    form: 'percent',
    digits: 1,
    better: 'lower',
    prominence: 'table',
    optional: true,
    meaning:
      'Share of rows with an active child feature on which its latent fires and the latent of the parent does not.',
  },
  decoder_norm: {
    label: 'Decoder norm',
    form: 'significant',
    digits: 3,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Mean norm of the decoder rows, for unscaled activations.',
  },
  decoder_max_cosine: {
    label: 'Max decoder cosine',
    short: 'Max cos.',
    form: 'fixed',
    digits: 3,
    better: 'neither',
    prominence: 'table',
    optional: true,
    meaning: 'Mean over the decoder rows of the largest cosine to another row.',
  },
  decoder_max_cosine_07: {
    label: 'Decoder rows with a cosine > 0.7',
    short: 'Cos. > 0.7',
    form: 'percent',
    digits: 1,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Share of decoder rows with a cosine above 0.7 to another row.',
  },
  decoder_max_cosine_09: {
    label: 'Decoder rows with a cosine > 0.9',
    short: 'Cos. > 0.9',
    form: 'percent',
    digits: 1,
    better: 'lower',
    prominence: 'detail',
    optional: true,
    meaning: 'Share of decoder rows with a cosine above 0.9 to another row: near duplicates.',
  },
  encoder_decoder_cosine: {
    label: 'Encoder–decoder cosine',
    short: 'Enc.–dec. cos.',
    form: 'fixed',
    digits: 3,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: 'Mean cosine between the encoder column and the decoder row of a latent.',
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

function probing(k: number, prominence: Figure['prominence'] = 'detail'): Figure {
  return {
    label: `Probing accuracy, k = ${k}`,
    short: `Probe k = ${k}`,
    form: 'fixed',
    digits: 3,
    better: 'higher',
    prominence,
    optional: true,
    meaning: `Test accuracy of probes on the mean codes of ${k === 1 ? 'one latent' : `${k} latents`}, averaged over the classes.`,
  };
}

function rawProbing(k: number): Figure {
  return {
    label: `Probing accuracy, raw k = ${k}`,
    short: `Raw k = ${k}`,
    form: 'fixed',
    digits: 3,
    better: 'neither',
    prominence: 'detail',
    optional: true,
    meaning: `Test accuracy of probes on ${k === 1 ? 'one dimension' : `${k} dimensions`} of the mean activations, averaged over the classes: a reference.`,
  };
}

function perturbation(n: number, prominence: Figure['prominence'] = 'detail'): Figure {
  return {
    label: `Targeted probe perturbation, n = ${n}`,
    short: `TPP n = ${n}`,
    form: 'fixed',
    digits: 3,
    better: 'higher',
    prominence,
    optional: true,
    meaning: `Accuracy that the probe of a class loses when the ${n} latents with the largest effect on it are removed, less the loss of the other probes.`,
  };
}

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
