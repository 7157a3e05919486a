/** Config fields that Llama and its relatives share. */
import type { ConfigFields } from '../config-fields.ts';
import type { GatedDecoder } from './gated-decoder.ts';
import { readRope, ropeParameters, type Rope } from './rope-frequencies.ts';

type Sizes = Pick<
  GatedDecoder,
  'layers' | 'width' | 'mlpWidth' | 'vocabulary' | 'heads' | 'keyValueHeads' | 'headSize' | 'epsilon'
>;

/** Reads the sizes. Defaults are those of `transformers`. */
export function readSizes(
  config: ConfigFields,
  defaults: { heads?: number; keyValueHeads?: number; headSize?: number; vocabulary?: number } = {},
): Sizes {
  const width = config.count('hidden_size');
  const heads = config.count('num_attention_heads', defaults.heads);
  const keyValueHeads = config.count('num_key_value_heads', defaults.keyValueHeads ?? heads);
  if (heads % keyValueHeads !== 0) {
    throw config.unsupported('num_key_value_heads', `a divisor of ${heads}`, 'heads cannot be shared evenly');
  }
  return {
    layers: config.layers('num_hidden_layers'),
    width,
    mlpWidth: config.count('intermediate_size'),
    vocabulary: config.count('vocab_size', defaults.vocabulary),
    heads,
    keyValueHeads,
    headSize: config.count('head_dim', defaults.headSize ?? Math.floor(width / heads)),
    epsilon: config.positive('rms_norm_eps', 1e-6),
  };
}

/** Reads the rotary embedding of a model that uses the same one in all layers. */
export function readSingleRope(config: ConfigFields, headSize: number): Rope {
  const parameters = ropeParameters(config);
  const theta = parameters?.optional('rope_theta') ?? config.positive('rope_theta', 10_000);
  return readRope(config, { parameters, theta, headSize });
}

/**
 * Reads the sliding window of each layer.
 *
 * @param isSliding whether a layer has one if there are no `layer_types`
 * @returns undefined for a layer with full attention
 */
export function readWindows(
  config: ConfigFields,
  layers: number,
  isSliding: (layer: number) => boolean,
): (layer: number) => number | undefined {
  const types = config.texts('layer_types', layers);
  const other = types?.find((type) => type !== 'sliding_attention' && type !== 'full_attention');
  if (other !== undefined) {
    throw config.unsupported('layer_types', 'sliding_attention, full_attention', `unknown kind ${other}`);
  }
  const slides = (layer: number): boolean =>
    types === undefined ? isSliding(layer) : types[layer] === 'sliding_attention';
  const size = config.isNull('sliding_window') ? undefined : config.contextLength('sliding_window', 4096);
  return (layer) => {
    if (!slides(layer)) return undefined;
    if (size !== undefined) return size;
    throw config.unsupported('sliding_window', 'a number of tokens', `layer ${layer} has a sliding window`);
  };
}

/** Reads Qwen's windows: with `use_sliding_window`, layers from `max_window_layers` on have one. */
export function readQwenWindows(config: ConfigFields, layers: number): (layer: number) => number | undefined {
  const isUsed = config.flag('use_sliding_window', false) && !config.isNull('sliding_window');
  const firstSliding = config.layerIndex('max_window_layers', 28);
  const window = readWindows(config, layers, (layer) => isUsed && layer >= firstSliding);
  return (layer) => {
    const size = window(layer);
    if (size === undefined || isUsed) return size;
    throw config.unsupported('layer_types', 'full_attention', 'use_sliding_window is false');
  };
}
