import type { Architecture } from '../architecture.ts';
import { readActivation } from '../parts/activation.ts';
import { describeGatedDecoder } from '../parts/gated-decoder.ts';
import { readSingleRope, readSizes, readWindows } from '../parts/gated-decoder-config.ts';

/**
 * Mistral: Llama with a sliding window in all layers, or in those that `layer_types` lists (Ministral). A null
 * `sliding_window` means none.
 */
export const mistral: Architecture = {
  modelTypes: ['mistral', 'ministral'],
  classNames: ['MistralForCausalLM', 'MinistralForCausalLM'],
  describe(g, config) {
    const sizes = readSizes(config);
    const rope = readSingleRope(config, sizes.headSize);
    const window = readWindows(config, sizes.layers, () => !config.isNull('sliding_window'));
    return describeGatedDecoder(g, {
      ...sizes,
      layer: (layer) => ({ rope, window: window(layer) }),
      scoreScale: sizes.headSize ** -0.5,
      activation: readActivation(config, 'hidden_act', 'silu'),
      biases: { queryKeyValue: false, attentionOut: false, mlp: false },
      tied: config.flag('tie_word_embeddings', false),
    });
  },
};
