import type { SaeTensor } from '../../sae/inference-sae.ts';
import type { EvaluationContext, Subject } from '../contract.ts';
import type { LatentFeatures } from '../latent-features.ts';
import { TILE } from '../unit-rows.ts';
import type { FeatureSettings } from './feature-settings.ts';
import { significant } from './significant.ts';
import { rowsOf, similarRows } from './similar-rows.ts';
import { tokenEffects, type TokenEffectsOf } from './token-effects.ts';

/** What the weights say of a latent; the rest is from the text. */
type LatentInWeights = Pick<LatentFeatures, 'raised' | 'lowered' | 'nearest' | 'matches'>;

/** What the decoder rows of SAEs do and what they are similar to. */
export interface LatentDirections {
  /**
   * Describes some latents of an SAE, at most {@link TILE} at a time.
   *
   * @throws {SaeLabError} `run.stopped`
   */
  describe(subject: Subject, latents: Int32Array): AsyncGenerator<LatentInWeights[]>;
  close(): Promise<void>;
}

/**
 * Opens the unembedding, if the hook has one. If not, the user is warned, and no tokens are raised or lowered.
 *
 * @throws {SaeLabError} `model.*`, `hub.*`
 */
export async function openDirections(
  context: EvaluationContext,
  settings: FeatureSettings,
): Promise<LatentDirections> {
  const { effects, close } = await openEffects(context, settings);
  return {
    close,
    async *describe(subject, latents) {
      const { signal } = context;
      const decoder = decoderOf(subject);
      for (let start = 0; start < latents.length; start += TILE) {
        const rows = latents.subarray(start, start + TILE);
        const tokens = await effects?.of(rowsOf(decoder, rows), signal);
        const nearest = await similarRows(decoder, rows, decoder, {
          count: settings.nearest,
          excludeSelf: true,
          signal,
        });
        const matches: LatentFeatures['matches'][number][][] = Array.from(rows, () => []);
        for (const other of settings.matches ? context.saes : []) {
          if (other === subject) continue;
          const options = { count: 1, excludeSelf: false, signal };
          const best = await similarRows(decoder, rows, decoderOf(other), options);
          best.forEach((found, i) =>
            matches[i]!.push(...found.map((match) => ({ sae: other.id, ...asLatent(match) }))),
          );
        }
        yield nearest.map((found, i) => ({
          raised: tokens?.[i]?.raised ?? [],
          lowered: tokens?.[i]?.lowered ?? [],
          nearest: found.map(asLatent),
          matches: matches[i]!,
        }));
      }
    },
  };
}

async function openEffects(
  context: EvaluationContext,
  settings: FeatureSettings,
): Promise<{ effects: TokenEffectsOf | undefined; close: () => Promise<void> }> {
  const none = { effects: undefined, close: () => Promise.resolve() };
  if (settings.logits === 0) return none;
  const { model } = context.text!;
  const [hook] = model.resolve([context.hook]);
  const { dataDir, threads } = context;
  const found = await model.openUnembedding(hook!, { dataDir, threads });
  if ('missing' in found) {
    context.warn?.(`the tokens that latents raise and lower are unknown: ${found.missing}`);
    return none;
  }
  const { unembedding } = found;
  const tokenText = (id: number): string | undefined => model.tokenizer.tokenText(id);
  return {
    effects: await tokenEffects(unembedding, settings.logits, tokenText),
    close: () => unembedding.close(),
  };
}

function decoderOf({ sae }: Subject): SaeTensor {
  return sae.tensors['W_dec']!;
}

function asLatent({ row, cosine }: { row: number; cosine: number }): { latent: number; cosine: number } {
  // Rounding may take a cosine beyond 1.
  return { latent: row, cosine: Math.min(1, significant(cosine)) };
}
