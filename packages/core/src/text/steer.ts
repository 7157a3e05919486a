import type { TextTokenizer } from '../activations/extraction/model/text-tokenizer.ts';
import type { SteerableModel } from '../activations/extraction/model/splice/steerable-model.ts';
import { stopIfAsked } from '../stop.ts';
import type { TextSae } from './text-sae.ts';

/** What steering does to a latent at each position. */
export type LatentChange =
  /** Adds this much of the latent's decoder row. */
  | { readonly kind: 'add'; readonly amount: number }
  /** Subtracts the latent's part of the reconstruction. The SAE's error stays. */
  | { readonly kind: 'ablate' };

export interface SteerArgs {
  readonly model: SteerableModel;
  readonly tokenizer: Pick<TextTokenizer, 'specialTokenIds'>;
  readonly sae: TextSae;
  readonly latent: number;
  readonly change: LatentChange;
  /** One piece, with the prepended token. */
  readonly tokens: readonly number[];
  /** Whether the SAE reads a position. Others are not changed. */
  readonly isRead: (position: number, token: number) => boolean;
  /** The first position that is changed. All later ones are, those of the continuation included. */
  readonly from: number;
  /** Number of tokens to continue with. */
  readonly steps: number;
  readonly signal?: AbortSignal | undefined;
}

/** The unedited model and the steered one on the same text. */
export interface Steered {
  /** Activation of the latent on each token of the text; null where the SAE reads none. */
  readonly activations: readonly (number | null)[];
  /** Log probabilities of the next token in nats, [vocabulary]. */
  readonly clean: Float32Array;
  readonly steered: Float32Array;
  /** What each continues with, taking the most probable token each time. */
  readonly continuations: { readonly clean: readonly number[]; readonly steered: readonly number[] };
}

/**
 * Adds a multiple of a latent's decoder row to the activations of a hook, or ablates the latent, and compares the next
 * token and a greedy continuation with the unedited model's. Both run the same session on tensors of the same shapes:
 * without a change, they are equal bit for bit.
 *
 * @throws {SaeLabError} `model.unrunnable`, `run.stopped`
 */
export async function steer(args: SteerArgs): Promise<Steered> {
  const { model, tokens, sae, latent, isRead, signal } = args;
  await stopIfAsked(signal);
  const pass = await model.begin(tokens);
  const own = Float32Array.from(pass.activations);
  const activations = await activationsOf(sae, latent, own);
  const clean = Float32Array.from(await pass.nextToken(own));
  const steered = Float32Array.from(await pass.nextToken(await changed(own, tokens, args)));
  return {
    activations: activations.map((value, position) => (isRead(position, tokens[position]!) ? value : null)),
    clean,
    steered,
    continuations: {
      clean: await continuation(clean, args, (unedited) => Promise.resolve(unedited)),
      steered: await continuation(steered, args, (unedited, ids) => changed(unedited, ids, args)),
    },
  };
}

/** @param first the distribution of the first token */
async function continuation(
  first: Float32Array,
  { model, tokens, steps, tokenizer, signal }: SteerArgs,
  edit: (activations: Float32Array, tokens: readonly number[]) => Promise<Float32Array>,
): Promise<number[]> {
  const added: number[] = [];
  let distribution = first;
  while (added.length < steps) {
    const next = largest(distribution);
    added.push(next);
    // What follows an end-of-text token does not belong to the text.
    if (added.length === steps || tokenizer.specialTokenIds.has(next)) break;
    await stopIfAsked(signal);
    const all = [...tokens, ...added];
    const pass = await model.begin(all);
    distribution = await pass.nextToken(await edit(pass.activations, all));
  }
  return added;
}

/** The activations [tokens, dIn] with the latent changed, in new memory. */
async function changed(
  own: Float32Array,
  tokens: readonly number[],
  { sae, latent, change, from, isRead }: SteerArgs,
): Promise<Float32Array> {
  const edited = Float32Array.from(own);
  const row = sae.decoderRow(latent);
  const active = change.kind === 'ablate' ? await activationsOf(sae, latent, own) : [];
  for (const [position, token] of tokens.entries()) {
    if (position < from || !isRead(position, token)) continue;
    const amount = change.kind === 'ablate' ? -active[position]! : change.amount;
    if (amount === 0) continue;
    for (let i = 0; i < row.length; i++) edited[position * row.length + i]! += amount * row[i]!;
  }
  return edited;
}

async function activationsOf(sae: TextSae, latent: number, x: Float32Array): Promise<number[]> {
  const { rowStart, latents, values } = await sae.encode(x);
  return Array.from({ length: rowStart.length - 1 }, (_, row) => {
    const at = latents.subarray(rowStart[row], rowStart[row + 1]).indexOf(latent);
    return at < 0 ? 0 : values[rowStart[row]! + at]!;
  });
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
