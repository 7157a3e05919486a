import type { ErrorInfo } from './error-info.ts';

/** Errors of evaluations and of the SAEs that they are asked for. */
export const EVALUATION_ERRORS = {
  'evaluation.unknown': {
    meaning: 'An evaluation, or a setting of one, does not exist.',
    fix: 'Correct the name. docs/reference.md lists the evaluations.',
  },
  'evaluation.needs-text': {
    meaning: 'The evaluation runs the language model, and these activations were not extracted from one.',
    fix: 'Leave the evaluation out.',
  },
  'evaluation.no-target': {
    meaning: '`pnpm evaluate` found no sweep, run or SAE of this name.',
    fix: 'Name a sweep, the beginning of a run’s hash, or a folder with an SAE.',
  },
  'evaluation.no-data': {
    meaning: 'It is not known which model, documents and hook an SAE is to be evaluated on.',
    fix: 'Name a sweep or a run with the same hook: `--like`.',
  },
  'evaluation.no-activations': {
    meaning: 'The activations that a run was trained on are gone and cannot be made again.',
    fix: 'Follow the message, or train the run again.',
  },
  'evaluation.no-labels': {
    meaning: 'A dataset has no column with the labels that probes need.',
    fix: 'Name the column with labelColumn, or a labelled dataset with dataset.',
  },
  'evaluation.one-class': {
    meaning:
      'There are not two classes with enough documents, or two first letters with enough tokens, to probe for.',
    fix: 'Follow the message: name another column, or read more.',
  },
  'evaluation.no-truth': {
    meaning:
      'An evaluation against the true features was asked for activations whose true features are unknown.',
    fix: "Leave out the evaluation 'truth', or train on synthetic activations.",
  },
  'evaluation.text-changed': {
    meaning: 'The dataset or the tokenizer is not the one that the activations were extracted with.',
    fix: 'Restore the dataset, or delete the activations and run the sweep again: it extracts them again.',
  },
  'evaluation.unknown-latent': {
    meaning: 'The evaluation `features` was asked for a latent that an SAE does not have.',
    fix: 'List latents below the width of every SAE.',
  },
  'evaluation.too-little-memory': {
    meaning:
      'The memory that the evaluation `features` may use does not fit the encoder of an SAE and one latent.',
    fix: 'Raise `maxMemoryMb`.',
  },
  'evaluation.vocabulary': {
    meaning: 'The logits of one piece of text do not fit into the memory bound of an evaluation.',
    fix: 'Raise maxLogits, or extract the activations from shorter pieces.',
  },
  'evaluation.no-tokens': {
    meaning: 'No held-out token can be evaluated: each has been excluded or is the last of its piece.',
    fix: 'Use more documents, or longer pieces.',
  },
  'sae.wrong-width': {
    meaning: 'The SAE was trained on activations of another dimension.',
    fix: 'Evaluate it on the model and hook that it was trained on.',
  },
  'sae.wrong-hook': {
    meaning: 'The SAE was trained on another hook than the one it is evaluated on.',
    fix: 'Evaluate it on the hook that it was trained on.',
  },
  'sae.wrong-model': {
    meaning: 'The SAE was trained on another model than the one it is evaluated on.',
    fix: 'Evaluate it on the model that it was trained on.',
  },
} satisfies Record<string, ErrorInfo>;
