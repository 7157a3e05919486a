import type { Architecture } from '../architecture.ts';
import { describeGatedDecoder } from '../parts/gated-decoder.ts';
import { readSingleRope, readWindows } from '../parts/gated-decoder-config.ts';
import { readCap, readGemma } from '../parts/gemma-config.ts';

/** Gemma 2: norms before and after attention and MLP, soft caps, a sliding window in every other layer. */
export const gemma2: Architecture = {
  modelTypes: ['gemma2'],
  classNames: ['Gemma2ForCausalLM'],
  describe(g, config) {
    const shared = readGemma(config, 256_000);
    const rope = readSingleRope(config, shared.headSize);
    const window = readWindows(config, shared.layers, (layer) => layer % 2 === 0);
    return describeGatedDecoder(g, {
      ...shared,
      scoreCap: readCap(config, 'attn_logit_softcapping', 50),
      logitCap: readCap(config, 'final_logit_softcapping', 30),
      layer: (layer) => ({ rope, window: window(layer) }),
    });
  },
};
