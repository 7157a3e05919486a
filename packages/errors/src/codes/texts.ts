import type { ErrorInfo } from './error-info.ts';

/** Errors of reading a user's own text, and of steering. */
export const TEXT_ERRORS = {
  'text.invalid-request': {
    meaning:
      'A text is empty or too long, a number is out of its range, or a page sent something else than it should.',
    fix: 'Shorten the text, give another number, or reload the page.',
  },
  'text.no-model': {
    meaning:
      'The SAE has no language model to read text with: its activations are synthetic or imported, or its sweep was deleted.',
    fix: 'Choose a run of a sweep with a model.',
  },
  'text.no-sae': {
    meaning: 'The run has not finished, does not exist, or its files are on another machine.',
    fix: 'Follow the message.',
  },
  'text.other-model': {
    meaning: 'Two SAEs of different models cannot be compared on one text.',
    fix: 'Compare two SAEs of one model.',
  },
  'text.unknown-latent': {
    meaning: 'The SAE has fewer latents.',
    fix: 'Choose a latent below the width of the SAE.',
  },
  'text.unknown-position': {
    meaning: 'Steering was asked to start after the end of the text.',
    fix: 'Start at an earlier token.',
  },
  'text.no-maximum': {
    meaning: 'The strength was given in units of the latent’s largest activation, which is unknown.',
    fix: 'Give the strength as an activation, or run `pnpm evaluate` with `--only features`.',
  },
  'text.busy': {
    meaning: 'Too many texts wait for the process that runs the model.',
    fix: 'Try again when the others are answered.',
  },
  'text.cancelled': {
    meaning: 'The request was cancelled: the page was closed, or its text changed.',
    fix: 'Ask again.',
  },
  'text.process-ended': {
    meaning: 'The process that runs the model ended, e.g. because the memory was not enough.',
    fix: 'Ask again: it is started again. The message has the end of its output.',
  },
  'text.failed': {
    meaning: 'Reading a text or steering failed unexpectedly.',
    fix: 'Report the message with the steps that led to it.',
  },
} satisfies Record<string, ErrorInfo>;
