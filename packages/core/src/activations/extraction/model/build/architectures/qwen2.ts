import type { Architecture } from '../architecture.ts';
import { readActivation } from '../parts/activation.ts';
import { describeGatedDecoder } from '../parts/gated-decoder.ts';
import { readQwenWindows, readSingleRope, readSizes } from '../parts/gated-decoder-config.ts';

/** Qwen2 and Qwen2.5: Llama with biases on queries, keys and values. */
export const qwen2: Architecture = {
  modelTypes: ['qwen2'],
  classNames: ['Qwen2ForCausalLM'],
  describe(g, config) {
    const sizes = readSizes(config);
    const rope = readSingleRope(config, sizes.headSize);
    const window = readQwenWindows(config, sizes.layers);
    return describeGatedDecoder(g, {
      ...sizes,
      layer: (layer) => ({ rope, window: window(layer) }),
      scoreScale: sizes.headSize ** -0.5,
      activation: readActivation(config, 'hidden_act', 'silu'),
      biases: { queryKeyValue: true, attentionOut: false, mlp: false },
      tied: config.flag('tie_word_embeddings', false),
    });
  },
};
