import type { ExecuteRunArgs, RunEvent, RunOutcome } from '@sae-lab/core';
import type { ErrorDetails } from '@sae-lab/errors';

/** An error as it crosses processes and is stored. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly details: ErrorDetails;
  readonly stack?: string;
}

export type ToWorker =
  /** The variant is code: the worker takes it from the experiment's file. */
  { readonly type: 'run'; readonly args: Omit<ExecuteRunArgs, 'variant'> } | { readonly type: 'stop' };

/** What a worker process prints on both of its streams when the experiment is imported; ends a line. */
export const IMPORTED = '\0imported';

export type FromWorker =
  /** Said every second or so, between two steps at the latest. */
  | { readonly type: 'alive' }
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'outcome'; readonly outcome: RunOutcome }
  | { readonly type: 'failed'; readonly error: ErrorJson };
