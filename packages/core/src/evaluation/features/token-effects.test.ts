import { expect, it } from 'vitest';
import {
  GOLDEN_EFFECTS,
  openGolden,
  unembeddingOf,
} from '../../activations/extraction/model/golden-effects.ts';
import { tokenEffects } from './token-effects.ts';

const WIDTH = 16;
/** An id without a token, as in a padded vocabulary. */
const PADDING = 7;

// Their final norms have a bias, an offset of 1, and neither.
it.each(['gpt2', 'gemma2', 'llama'])(
  'finds the tokens that directions raise and lower in %s',
  async (name) => {
    const unembedding = await unembeddingOf(await openGolden(name, 'built'), 'blocks.0.hook_mlp_out');
    const text = (id: number): string | undefined => (id === PADDING ? undefined : `token ${id}`);
    const effects = await tokenEffects(unembedding, 3, text);
    const { directions, effects: golden } = GOLDEN_EFFECTS[name]!;
    // A zero direction after the others.
    const found = await effects.of(Float32Array.from([...directions, ...new Float32Array(WIDTH)]), undefined);
    await unembedding.close();

    golden.forEach((weights, i) => {
      const ids = weights.map((_, id) => id).filter((id) => id !== PADDING);
      const raised = ids.toSorted((a, b) => weights[b]! - weights[a]!).slice(0, 3);
      const lowered = ids.toSorted((a, b) => weights[a]! - weights[b]!).slice(0, 3);
      expect(found[i]!.raised.map(({ tokenId }) => tokenId)).toEqual(raised);
      expect(found[i]!.lowered.map(({ tokenId }) => tokenId)).toEqual(lowered);
      for (const { token, tokenId, weight } of [...found[i]!.raised, ...found[i]!.lowered]) {
        expect(token).toBe(`token ${tokenId}`);
        expect(weight).toBeCloseTo(weights[tokenId]!, 3);
      }
    });
    expect(found.at(-1)).toEqual({ raised: [], lowered: [] });
  },
);
