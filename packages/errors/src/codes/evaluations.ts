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
