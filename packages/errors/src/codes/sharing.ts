import type { ErrorInfo } from './error-info.ts';

/** Errors of `pnpm sae` and `pnpm export-features`. */
export const SHARING_ERRORS = {
  'share.unknown-run': {
    meaning: 'The database has no run or sweep of this name.',
    fix: 'Copy the hash of a run or the name of a sweep from `pnpm dashboard`, and give the same --data as `pnpm sweep`.',
  },
  'share.ambiguous-run': {
    meaning: 'Several runs have hashes that start with the given digits.',
    fix: 'Give more digits.',
  },
  'share.not-finished': {
    meaning: 'The run, or every run of the sweep, has not finished, so it has no SAE.',
    fix: 'Train it with `pnpm sweep`.',
  },
  'share.missing-files': {
    meaning: 'The files of the run are missing or damaged.',
    fix: 'Train it again with `pnpm sweep`, or give the data folder that has the files.',
  },
  'share.no-features': {
    meaning: 'The latents of the run were never described.',
    fix: 'Run `pnpm evaluate <sweep> --only features`.',
  },
  'share.not-empty': {
    meaning: 'The folder to write to has files.',
    fix: 'Choose another folder, or add --force to write into it.',
  },
} satisfies Record<string, ErrorInfo>;
