import type { TextAnswer, TextStage, TextTimes } from '@sae-lab/text/answers';

/** What is known of a latent without running anything. */
export interface KnownLatent {
  readonly topToken: string | null;
  readonly raised: readonly string[];
  readonly maxActivation: number;
}

/** By the key of the SAE and the latent. */
export type KnownLatents = Readonly<Record<string, Readonly<Record<number, KnownLatent>>>>;

/** A line of the answer of `/api/texts`. The last one has the answer or the problem. */
export type TextReply =
  | { readonly stage: TextStage }
  | { readonly answer: TextAnswer; readonly milliseconds: TextTimes; readonly known: KnownLatents }
  | { readonly problem: { readonly code: string; readonly message: string } };
