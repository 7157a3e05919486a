import type {
  EvaluationProgress,
  EvaluationResult,
  ExecuteEvaluationArgs,
  ExecuteMatchesArgs,
  ExecuteRunArgs,
  LatentFeatures,
  LatentProbe,
  RunEvent,
  RunOutcome,
  SaeMatches,
} from '@sae-lab/core';
import type { ErrorDetails } from '@sae-lab/errors';

/** An error as JSON, for other processes and the database. The code may be that of another version. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly details: ErrorDetails;
  readonly stack?: string;
}

export type ToWorker =
  /** The variant is code: the worker takes it from the experiment's file, or from its package. */
  | { readonly type: 'run'; readonly args: Omit<ExecuteRunArgs, 'variant'> }
  | { readonly type: 'evaluate'; readonly args: ExecuteEvaluationArgs }
  | { readonly type: 'match'; readonly args: ExecuteMatchesArgs }
  /** What the worker sent last of the latents is stored: it may send more. */
  | { readonly type: 'stored' }
  /** Files may be written until then, on the clock of `lease.ts`. */
  | { readonly type: 'lease'; readonly until: bigint }
  | { readonly type: 'stop' };

/** Ends the line that a worker process prints on both streams when its work has ended: what came before belongs to it. */
export const ENDED = '\0ended';

/** Ends the line that a worker process prints on both streams when it has imported the experiment. */
export const IMPORTED = '\0imported';

export type FromWorker =
  /** Sent about every second, at the latest between two steps. */
  | { readonly type: 'alive' }
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'outcome'; readonly outcome: RunOutcome }
  | { readonly type: 'evaluation.progress'; readonly progress: EvaluationProgress }
  | { readonly type: 'evaluation.warning'; readonly message: string }
  | { readonly type: 'features'; readonly id: string; readonly latents: readonly LatentFeatures[] }
  | { readonly type: 'probes'; readonly id: string; readonly probes: readonly LatentProbe[] }
  | { readonly type: 'evaluated'; readonly results: readonly EvaluationResult[] }
  | { readonly type: 'matched'; readonly matches: SaeMatches }
  | { readonly type: 'failed'; readonly error: ErrorJson };
