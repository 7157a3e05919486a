/**
 * Frequencies of rotary embeddings, computed like `modeling_rope_utils.py` of `transformers`: in float32, so that the
 * angles agree at large positions too.
 */
import type { ConfigFields } from '../config-fields.ts';

/** The rotary embedding of a layer. */
export interface Rope {
  /** The number of dimensions per head that are rotated. */
  readonly size: number;
  /** Radians per position, [size / 2]. */
  readonly frequencies: Float32Array;
  /** The factor of cosines and sines. */
  readonly amplitude: number;
  /** Lowers the frequencies for sequences longer than `trainedLength`. */
  readonly dynamic?: { readonly factor: number; readonly trainedLength: number };
}

interface RopeOptions {
  /** `rope_parameters` or `rope_scaling` of the config. */
  readonly parameters: ConfigFields | undefined;
  readonly theta: number;
  readonly headSize: number;
  /** The fraction of each head that is rotated; undefined for an architecture that rotates whole heads. */
  readonly fraction?: number;
}

/** Scales the plain frequencies. */
type Scaling = (plain: Float32Array, parameters: ConfigFields, rope: RopeOptions) => Omit<Rope, 'size'>;

const SCALINGS: Readonly<Record<string, (config: ConfigFields) => Scaling>> = {
  default: () => (frequencies) => ({ frequencies, amplitude: 1 }),
  linear: () => (plain, parameters) => {
    const factor = parameters.positive('factor');
    return { frequencies: plain.map((frequency) => frequency / factor), amplitude: 1 };
  },
  dynamic: (config) => (frequencies, parameters) => ({
    frequencies,
    amplitude: 1,
    dynamic: {
      factor: parameters.positive('factor'),
      trainedLength: config.contextLength('max_position_embeddings'),
    },
  }),
  llama3: (config) => (plain, parameters) => ({
    frequencies: llama3(plain, parameters, config),
    amplitude: 1,
  }),
  yarn: (config) => (plain, parameters, rope) => yarn(plain, parameters, config, rope),
};

/** `rope_scaling`, or `rope_parameters` as of transformers 5. An empty object counts as absent. */
export function ropeParameters(config: ConfigFields): ConfigFields | undefined {
  const scaling = config.object('rope_scaling');
  return scaling === undefined || scaling.isEmpty ? config.object('rope_parameters') : scaling;
}

/**
 * Reads the rotary embedding of a config.
 *
 * @throws {SaeLabError} `model.unsupported-config` for an unknown `rope_type`, or for a `partial_rotary_factor` if the
 *   architecture has no such fraction; `model.invalid-config`
 */
export function readRope(config: ConfigFields, options: RopeOptions): Rope {
  const { parameters, headSize } = options;
  if (options.fraction === undefined) requireWholeHeads(config, parameters);
  const field = parameters?.has('rope_type') === true ? 'rope_type' : 'type';
  const type = parameters?.text(field, 'default') ?? 'default';
  const scaling = Object.hasOwn(SCALINGS, type) ? SCALINGS[type] : undefined;
  if (scaling === undefined) {
    const supported = Object.keys(SCALINGS).join(', ');
    throw parameters!.unsupported(field, supported, 'unknown type of rotary embedding');
  }
  const size = Math.floor(headSize * (options.fraction ?? 1));
  // With two dimensions dynamic scaling would divide by 0.
  if (size % 2 !== 0 || size < (type === 'dynamic' ? 4 : 2) || size > headSize) {
    throw config.unsupported('head_dim', 'an even number of rotated dimensions', `${size} are rotated`);
  }
  const plain = Float32Array.from({ length: size / 2 }, (_, i) => {
    const exponent = Math.fround((2 * i) / size);
    return 1 / Math.fround(options.theta ** exponent);
  });
  return { size, ...scaling(config)(plain, parameters ?? config, options) };
}

function requireWholeHeads(...sources: (ConfigFields | undefined)[]): void {
  for (const fields of sources) {
    if (fields?.has('partial_rotary_factor') === true && fields.value('partial_rotary_factor') !== 1) {
      throw fields.unsupported('partial_rotary_factor', '1', 'this architecture rotates whole heads');
    }
  }
}

/** Llama 3.1: divides low frequencies by a factor, keeps high ones, and interpolates in between. */
function llama3(plain: Float32Array, parameters: ConfigFields, config: ConfigFields): Float32Array {
  const factor = parameters.positive('factor');
  const low = parameters.positive('low_freq_factor');
  const high = parameters.positive('high_freq_factor');
  const trained = trainedLength(parameters, config);
  return plain.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength < trained / high) return frequency;
    if (wavelength > trained / low) return frequency / factor;
    const smooth = (trained / wavelength - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}

/** YaRN (arXiv 2309.00071): a ramp from unscaled to divided frequencies, and an amplitude. */
function yarn(
  plain: Float32Array,
  parameters: ConfigFields,
  config: ConfigFields,
  { theta }: RopeOptions,
): Omit<Rope, 'size'> {
  const trained = trainedLength(parameters, config);
  const factor = parameters.positive('factor', config.contextLength('max_position_embeddings') / trained);
  const size = plain.length * 2;
  // The dimension that rotates this many times over the trained length.
  const dimensionOf = (turns: number): number =>
    (size * Math.log(trained / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const isTruncated = parameters.flag('truncate', true);
  const first = dimensionOf(parameters.positive('beta_fast', 32));
  const last = dimensionOf(parameters.positive('beta_slow', 1));
  const from = Math.max(isTruncated ? Math.floor(first) : first, 0);
  let to = Math.min(isTruncated ? Math.ceil(last) : last, size - 1);
  if (from === to) to += 0.001;
  const frequencies = plain.map((frequency, i) => {
    const ramp = Math.min(Math.max((i - from) / (to - from), 0), 1);
    return (frequency / factor) * ramp + frequency * (1 - ramp);
  });
  return { frequencies, amplitude: yarnAmplitude(parameters, factor) };
}

function yarnAmplitude(parameters: ConfigFields, factor: number): number {
  const given = parameters.optional('attention_factor');
  if (given !== undefined) return given;
  const amplitude = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  if (!parameters.value('mscale') || !parameters.value('mscale_all_dim')) return amplitude(1);
  return amplitude(parameters.positive('mscale')) / amplitude(parameters.positive('mscale_all_dim'));
}

function trainedLength(parameters: ConfigFields, config: ConfigFields): number {
  const field = 'original_max_position_embeddings';
  if (config.has(field)) return config.contextLength(field);
  return parameters.has(field)
    ? parameters.contextLength(field)
    : config.contextLength('max_position_embeddings');
}
