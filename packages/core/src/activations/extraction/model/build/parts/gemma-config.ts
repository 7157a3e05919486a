import type { ConfigFields } from '../config-fields.ts';
import { readActivation } from './activation.ts';
import type { GatedDecoder } from './gated-decoder.ts';
import { readSizes } from './gated-decoder-config.ts';

/** Reads the fields that Gemma 2 and 3 share: (1 + w) norms before and after each module, and a scaled, tied embedding. */
export function readGemma(config: ConfigFields, vocabulary: number): Omit<GatedDecoder, 'layer'> {
  if (config.value('use_bidirectional_attention') === true) {
    throw config.unsupported('use_bidirectional_attention', 'false', 'attention must be causal');
  }
  const sizes = readSizes(config, { heads: 8, keyValueHeads: 4, headSize: 256, vocabulary });
  const attentionBias = config.flag('attention_bias', false);
  return {
    ...sizes,
    embeddingScale: sizes.width ** 0.5,
    normOffset: true,
    postNorms: true,
    scoreScale: config.positive('query_pre_attn_scalar', 256) ** -0.5,
    activation: readActivation(config, 'hidden_activation', 'gelu_pytorch_tanh'),
    biases: { queryKeyValue: attentionBias, attentionOut: attentionBias, mlp: false },
    tied: config.flag('tie_word_embeddings', true),
  };
}

/** Reads a soft cap. An absent field means the default, null means none. */
export function readCap(
  config: ConfigFields,
  field: string,
  fallback: number | undefined,
): number | undefined {
  if (config.isNull(field)) return undefined;
  return config.optional(field) ?? fallback;
}
