import type { Architecture } from '../architecture.ts';
import { readActivation } from '../parts/activation.ts';
import { describeGatedDecoder } from '../parts/gated-decoder.ts';
import { readQwenWindows, readSingleRope, readSizes } from '../parts/gated-decoder-config.ts';

/** Qwen3: query and key norms instead of Qwen2's biases, and its own head size. */
export const qwen3: Architecture = {
  modelTypes: ['qwen3'],
  classNames: ['Qwen3ForCausalLM'],
  describe(g, config) {
    const sizes = readSizes(config, { headSize: 128 });
    const rope = readSingleRope(config, sizes.headSize);
    const window = readQwenWindows(config, sizes.layers);
    const attentionBias = config.flag('attention_bias', false);
    return describeGatedDecoder(g, {
      ...sizes,
      queryKeyNorms: true,
      layer: (layer) => ({ rope, window: window(layer) }),
      scoreScale: sizes.headSize ** -0.5,
      activation: readActivation(config, 'hidden_act', 'silu'),
      biases: { queryKeyValue: attentionBias, attentionOut: attentionBias, mlp: false },
      tied: config.flag('tie_word_embeddings', false),
    });
  },
};
