/** What the text process answers, as JSON. Pages import this, so nothing here may import anything. */

/** Longest text, in characters. */
export const MOST_CHARACTERS = 10_000;
/** Longest continuation, in tokens. */
export const MOST_STEPS = 64;
/** Latents that are listed for each token. */
export const LATENTS_PER_TOKEN = 10;
/** Latents that are listed for each order of {@link ReadLatent}s. */
export const LATENTS_PER_ORDER = 50;

export interface ReadAnswer {
  readonly kind: 'read';
  readonly text: ShownText;
  /** In the order of the request. */
  readonly saes: readonly SaeReading[];
}

/** A text as the model reads it. */
export interface ShownText {
  readonly tokens: readonly ShownToken[];
  /** Number of tokens that SAEs read. */
  readonly rows: number;
  readonly totalTokens: number;
  readonly readTokens: number;
  /** Why the rest was left out: training took one piece of a document, steering takes one, or the text is too long. */
  readonly cutBy: 'context' | 'piece' | 'limit' | null;
  /** Length of a piece in training, in tokens. */
  readonly maxTokens: number;
  /** Whether each piece begins with a prepended token. */
  readonly prependsBos: boolean;
}

export interface ShownToken {
  readonly text: string;
  /** Index of its piece. The model reads each piece by itself. */
  readonly piece: number;
  /** Row in the readings; null where SAEs read nothing. */
  readonly row: number | null;
}

/** The SAE of a run, or one that no run trained. */
export type ReadSae =
  | { readonly runId: number; readonly saeId?: undefined }
  | { readonly saeId: number; readonly runId?: undefined };

/** What an SAE does on a text. */
export interface SaeReading {
  readonly of: ReadSae;
  readonly hook: string;
  /** Number of latents. */
  readonly width: number;
  /** Active latents of each row. */
  readonly l0: readonly number[];
  /** Squared reconstruction error of each row, as a fraction of its squared norm; null for a row of zeros. */
  readonly errors: readonly (number | null)[];
  /** The strongest latents of each row, the strongest first. */
  readonly strongest: readonly (readonly LatentValue[])[];
  /** Number of latents that are active anywhere. */
  readonly active: number;
  /** The first ones by each order. */
  readonly latents: readonly ReadLatent[];
}

export type LatentValue = readonly [latent: number, activation: number];

/** Where a latent is active. */
export interface ReadLatent {
  readonly latent: number;
  readonly max: number;
  readonly sum: number;
  /** Rows on which it is active, ascending. */
  readonly rows: readonly number[];
  /** Its activation on each of them. */
  readonly values: readonly number[];
}

export interface SteerAnswer {
  readonly kind: 'steer';
  /** The first piece. */
  readonly text: ShownText;
  readonly hook: string;
  /** The latent's activation on each token of the text; null where the SAE reads nothing. */
  readonly activations: readonly (number | null)[];
  /** What was added to the activations, in decoder rows; null if the latent was ablated. */
  readonly amount: number | null;
  /** The most probable next tokens of either model. */
  readonly next: readonly NextToken[];
  /** KL(clean‖steered) of the next token, in nats. */
  readonly divergence: number;
  readonly continuations: { readonly clean: Continuation; readonly steered: Continuation };
}

export interface NextToken {
  readonly token: string;
  readonly tokenId: number;
  /** Probabilities. */
  readonly clean: number;
  readonly steered: number;
}

export interface Continuation {
  readonly text: string;
  readonly tokens: readonly string[];
}

export type TextAnswer = ReadAnswer | SteerAnswer;

/** What happens to a request before it is answered. */
export type TextStage =
  /** Other requests are answered first. */
  | 'waiting'
  /** The process starts. */
  | 'starting'
  /** The model or an SAE is loaded, and perhaps downloaded. */
  | 'loading'
  | 'computing';

/** How long a request took, in milliseconds. */
export interface TextTimes {
  /** From the request to the answer. */
  readonly total: number;
  /** Behind other requests. */
  readonly waiting: number;
  /** With everything loaded. */
  readonly computing: number;
}
