import type { ConfigFields } from './config-fields.ts';

/**
 * Checks the fields that `transformers` reads for every architecture and that change what a model computes.
 *
 * @throws {SaeLabError} `model.unsupported-config`
 */
export function requireCommonFields(config: ConfigFields): void {
  if (config.has('quantization_config')) {
    const supported = 'weights in float32, float16 or bfloat16';
    throw config.unsupported('quantization_config', supported, 'quantised weights');
  }
  // transformers takes null for false.
  if (config.isNull('is_causal') || (config.value('is_causal') ?? true) !== true) {
    throw config.unsupported('is_causal', 'true', 'attention must be causal');
  }
  if (config.has('per_layer_config')) {
    throw config.unsupported('per_layer_config', 'no such field', 'layers with their own settings');
  }
}
