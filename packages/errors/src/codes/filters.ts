import type { ErrorInfo } from './error-info.ts';

/** Errors of filters over runs. */
export const FILTER_ERRORS = {
  'filter.syntax': {
    meaning: 'A filter cannot be read.',
    fix: 'Write comparisons such as `variant = topk and l0 < 40`. docs/dashboard.md describes the language.',
  },
  'filter.unknown-key': {
    meaning: 'A filter, a sort order or a column names a key that no run has.',
    fix: 'Use one of the keys that the message names, or one that the filter bar completes.',
  },
  'filter.bad-value': {
    meaning: 'A filter compares a key with a value that it cannot have.',
    fix: 'Give a number for a figure, a status for `status`, a date for a time.',
  },
  'view.invalid': {
    meaning: 'A saved view or a tag has no name, a name that is too long, or the name of another view.',
    fix: 'Give a name of 1 to 300 characters that no other view has.',
  },
} satisfies Record<string, ErrorInfo>;
