import type { Architecture } from '../architecture.ts';
import { readActivation } from '../parts/activation.ts';
import { describeGatedDecoder } from '../parts/gated-decoder.ts';
import { readSingleRope, readSizes } from '../parts/gated-decoder-config.ts';

/** Llama 1 to 3 and models with the same layout, such as SmolLM2 and TinyLlama. */
export const llama: Architecture = {
  modelTypes: ['llama'],
  classNames: ['LlamaForCausalLM'],
  describe(g, config) {
    const sizes = readSizes(config);
    const rope = readSingleRope(config, sizes.headSize);
    const attentionBias = config.flag('attention_bias', false);
    return describeGatedDecoder(g, {
      ...sizes,
      layer: () => ({ rope, window: undefined }),
      scoreScale: sizes.headSize ** -0.5,
      activation: readActivation(config, 'hidden_act', 'silu'),
      biases: {
        queryKeyValue: attentionBias,
        attentionOut: attentionBias,
        mlp: config.flag('mlp_bias', false),
      },
      tied: config.flag('tie_word_embeddings', false),
    });
  },
};
