import type { ErrorDetails } from '@sae-lab/errors';
import type { TextAnswer, TextStage } from './answers.ts';
import type { TextRequest } from './requests.ts';

/** Messages between the service and its process. One request is under way at a time. */
export type ToProcess = { readonly type: 'ask'; readonly request: TextRequest } | { readonly type: 'cancel' };

export type FromProcess =
  | { readonly type: 'stage'; readonly stage: TextStage }
  | { readonly type: 'answer'; readonly answer: TextAnswer; readonly computing: number }
  | { readonly type: 'failed'; readonly error: { readonly code: string; readonly details: ErrorDetails } };
