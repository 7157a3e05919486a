import type { Architecture } from '../architecture.ts';
import type { ConfigFields } from '../config-fields.ts';
import { describeGatedDecoder } from '../parts/gated-decoder.ts';
import { readWindows } from '../parts/gated-decoder-config.ts';
import { readCap, readGemma } from '../parts/gemma-config.ts';
import { readRope, type Rope } from '../parts/rope-frequencies.ts';

/** Gemma 3 (text): query and key norms instead of the score cap, and two rotary embeddings. */
export const gemma3: Architecture = {
  modelTypes: ['gemma3_text', 'gemma3'],
  classNames: ['Gemma3ForCausalLM', 'Gemma3ForConditionalGeneration'],
  describe(g, config) {
    const shared = readGemma(config, 262_208);
    if (config.has('attn_logit_softcapping')) {
      throw config.unsupported('attn_logit_softcapping', 'null', 'Gemma 3 does not cap its scores');
    }
    const pattern = config.count('sliding_window_pattern', 6);
    const window = readWindows(config, shared.layers, (layer) => (layer + 1) % pattern !== 0);
    const ropes = readRopes(config, shared.headSize);
    return describeGatedDecoder(g, {
      ...shared,
      queryKeyNorms: true,
      logitCap: readCap(config, 'final_logit_softcapping', undefined),
      layer(layer) {
        const size = window(layer);
        return { window: size, rope: size === undefined ? ropes.full : ropes.sliding };
      },
    });
  },
};

/** Reads the rotary embeddings of layers with full attention and of layers with a sliding window. */
function readRopes(config: ConfigFields, headSize: number): { full: Rope; sliding: Rope } {
  const nested = config.object('rope_parameters');
  const sliding = nested?.object('sliding_attention');
  const scaling = config.object('rope_scaling');
  const full = scaling?.withDefaults(nested?.object('full_attention')) ?? nested?.object('full_attention');
  return {
    full: readRope(config, {
      parameters: full,
      theta: full?.optional('rope_theta') ?? config.positive('rope_theta', 1e6),
      headSize,
    }),
    sliding: readRope(config, {
      parameters: sliding,
      theta: sliding?.optional('rope_theta') ?? config.positive('rope_local_base_freq', 10_000),
      headSize,
    }),
  };
}
