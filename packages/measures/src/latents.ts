import type { Measure } from './measure.ts';

/** What lists and pages show of a latent; what can be filtered and sorted is under its key. */
export const LATENT_MEASURES = {
  latent: { label: 'Latent', form: 'count', meaning: 'Index of the latent in the SAE.' },
  density: {
    label: 'Density',
    digits: 3,
    meaning: 'Fraction of the evaluated tokens on which the latent fired, i.e. its activation was above 0.',
  },
  max_activation: {
    label: 'Max activation',
    digits: 3,
    meaning: 'The largest activation on the evaluated tokens.',
  },
  max_cosine: {
    label: 'Max cosine',
    form: 'fixed',
    digits: 2,
    meaning:
      'The largest cosine of its decoder row to another row of the SAE. Near 1, the two latents say the same.',
  },
  cosine: {
    label: 'Cosine',
    form: 'fixed',
    digits: 2,
    meaning: 'Cosine of the decoder rows of two latents.',
  },
  token: { label: 'Fires on', meaning: 'Tokens on which the latent fires in its examples.' },
  promoted: {
    label: 'Raises',
    meaning: 'Tokens whose logits the decoder row raises most, along the direct path.',
  },
  text: { label: 'Top example', meaning: 'The example with the largest activation.' },
  label: { label: 'Label', meaning: 'What people, or else a language model, call the latent.' },
  note: { label: 'Note', meaning: 'What people wrote about the latent.' },
  score: {
    label: 'Score',
    form: 'fixed',
    digits: 2,
    better: 'higher',
    meaning:
      'Balanced accuracy with which a language model tells from the label whether the latent fires; chance is 0.5.',
  },
  probing_score: {
    label: 'Probing',
    form: 'fixed',
    digits: 3,
    better: 'higher',
    meaning:
      'AUROC with which its mean activation tells the documents of one class from the others, on documents that did not choose the class; chance is 0.5.',
  },
  probing_class: { label: 'Class', meaning: 'The class of documents that the latent tells apart best.' },
  probing_p: {
    label: 'p-value',
    digits: 2,
    better: 'lower',
    meaning:
      'Probability that at least one of all latents reaches this score by chance. Above 0.05, do not trust the score.',
  },
} as const satisfies Record<string, Measure>;
