import type { ErrorInfo } from './error-info.ts';

/** Errors of runs that are trained without a database, from a folder. */
export const SPOOL_ERRORS = {
  'spool.malformed': {
    meaning: 'A folder is not a spool, or a file in it is damaged.',
    fix: 'Prepare it with `pnpm sweep <experiment> --prepare <folder>`. Runs that have begun continue.',
  },
  'spool.other-sweep': {
    meaning: 'The folder was prepared for another sweep.',
    fix: 'Choose another folder, or restore the experiment.',
  },
  'spool.streamed': {
    meaning: 'The activations of the sweep are streamed, so they cannot be copied into a spool.',
    fix: "Set activations.store to 'cache', or train with a database.",
  },
  'spool.variant-without-package': {
    meaning: 'A variant is defined in the experiment, so a worker without the experiment cannot train it.',
    fix: 'Make it a package with `pnpm new:variant`.',
  },
} as const satisfies Record<string, ErrorInfo>;
