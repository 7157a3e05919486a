import type { AttemptEnd } from '@sae-lab/db';
import type { EndOfRun } from '../worker/worker.ts';

/** How an attempt at a run ended. One that is interrupted says why: the run continues. */
export type EndOfAttempt =
  | Exclude<EndOfRun, { status: 'interrupted' }>
  | { readonly status: 'interrupted'; readonly step: number; readonly end?: AttemptEnd };
