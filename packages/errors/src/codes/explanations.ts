import type { ErrorInfo } from './error-info.ts';

/** Errors of explanations by a language model. */
export const EXPLANATION_ERRORS = {
  'explain.not-configured': {
    meaning: '`pnpm explain` does not know which language model writes the labels.',
    fix: 'Set SAE_LAB_EXPLAIN_URL and SAE_LAB_EXPLAIN_MODEL.',
  },
  'explain.no-features': {
    meaning:
      'No evaluation `features` of version 2 or later describes the latents that were to be explained.',
    fix: 'Run `pnpm evaluate <target> --only features` first.',
  },
  'explain.refused': {
    meaning: 'The endpoint refused a request, e.g. because the key or the name of the model is wrong.',
    fix: 'Follow the message. Check SAE_LAB_EXPLAIN_URL, SAE_LAB_EXPLAIN_MODEL and SAE_LAB_EXPLAIN_KEY.',
  },
  'explain.unavailable': {
    meaning:
      'The endpoint did not answer, or answered with errors or with what cannot be read, after several tries.',
    fix: 'Run the same command again later: explained latents are not asked for again.',
  },
} as const satisfies Record<string, ErrorInfo>;
