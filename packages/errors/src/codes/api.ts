import type { ErrorInfo } from './error-info.ts';

/** Errors of the HTTP API. */
export const API_ERRORS = {
  'api.refused': {
    meaning:
      'The dashboard refused a request before it reached the API: its host, its token, its size or its form.',
    fix: 'Do what the message says. docs/threat-model.md lists what is refused.',
  },
  'api.invalid-parameter': {
    meaning: 'A parameter of a request to the API has a wrong value, or no such parameter exists.',
    fix: 'Give the parameter as the message expects it. docs/api.md lists every parameter.',
  },
  'api.not-found': {
    meaning:
      'The API has nothing at this address: the address is wrong, or the sweep, run, SAE or latent does not exist.',
    fix: 'Check the address in docs/api.md. The sweep or run may have been deleted.',
  },
  'api.ambiguous-run': {
    meaning: 'Several runs have hashes that start with the given digits.',
    fix: 'Give more digits, or the number of the run.',
  },
  'api.invalid-cursor': {
    meaning: 'A cursor is damaged, or belongs to a request with another filter or order.',
    fix: 'Repeat the request that the cursor came from, with only the cursor added, or start without one.',
  },
  'api.too-many-points': {
    meaning: 'The requested curves have more points than one response may have.',
    fix: 'Ask for fewer runs or curves, for a shorter window of steps, or for `buckets`.',
  },
  'api.no-features': {
    meaning: 'The latents of the run were never described.',
    fix: 'Run `pnpm evaluate <sweep> --only features`.',
  },
  'api.no-sae': {
    meaning: 'The run has no saved SAE, because it has not finished.',
    fix: 'Wait until the run has finished. Its status says why it ended without a result.',
  },
  'api.file-elsewhere': {
    meaning:
      'A file of a run is neither in the data folder of the dashboard nor in its store, or differs from the one that was recorded.',
    fix: 'Start the dashboard with the data folder that has the file, or with SAE_LAB_STORE if the workers had it.',
  },
  'api.invalid-range': {
    meaning: 'The requested range of bytes is outside the file.',
    fix: 'Ask for a range that starts within the size of the file.',
  },
} satisfies Record<string, ErrorInfo>;
