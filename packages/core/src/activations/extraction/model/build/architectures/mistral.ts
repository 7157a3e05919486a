import type { Architecture } from '../architecture.ts';
import { readActivation } from '../parts/activation.ts';
import { describeGatedDecoder } from '../parts/gated-decoder.ts';
import { readSingleRope, readSizes } from '../parts/gated-decoder-config.ts';

/** Mistral: Llama with a sliding window in all layers. A null `sliding_window` means none. */
export const mistral: Architecture = {
  modelTypes: ['mistral'],
  classNames: ['MistralForCausalLM'],
  describe(g, config) {
    const sizes = readSizes(config);
    const rope = readSingleRope(config, sizes.headSize);
    const window = config.isNull('sliding_window') ? undefined : config.contextLength('sliding_window', 4096);
    return describeGatedDecoder(g, {
      ...sizes,
      layer: () => ({ rope, window }),
      scoreScale: sizes.headSize ** -0.5,
      activation: readActivation(config, 'hidden_act', 'silu'),
      biases: { queryKeyValue: false, attentionOut: false, mlp: false },
      tied: config.flag('tie_word_embeddings', false),
    });
  },
};
