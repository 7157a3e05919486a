import { SaeLabError, describeValue } from '@sae-lab/errors';
import { parsePythonJson } from '../../../files/python-json.ts';
import { readText } from '../../../files/utf8.ts';

/** The fields of a model's config.json that the extraction needs. */
export interface ModelConfig {
  /** The architecture, e.g. `gpt_neox`. */
  readonly modelType: string;
  readonly layers: number;
  /** Maximum sequence length in tokens; undefined if the config does not say. */
  readonly contextLength: number | undefined;
  /** Attention heads, those of keys and values, and their size; undefined if the config does not say. */
  readonly heads?: number | undefined;
  readonly keyValueHeads?: number | undefined;
  readonly headSize?: number | undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Names of the number of layers, by architecture. */
const LAYERS = [
  'num_hidden_layers',
  'n_layer',
  'n_layers',
  'num_layers',
  'num_decoder_layers',
  'decoder_layers',
];
const MOST_LAYERS = 1000;
const HEADS = ['num_attention_heads', 'n_head', 'n_heads'];
const WIDTH = ['hidden_size', 'n_embd', 'd_model'];
const CONTEXT_LENGTH = ['max_position_embeddings', 'n_positions', 'n_ctx'];
/** Where multimodal models store the config of their text part. */
const TEXT_PART = ['text_config', 'llm_config', 'language_config'];

/** @throws {SaeLabError} `model.unreadable-config` */
export async function readConfig(path: string): Promise<ModelConfig> {
  const config = await readTextConfig(path);
  try {
    return {
      modelType: modelType(config),
      layers: layers(config),
      contextLength: firstLength(config, CONTEXT_LENGTH),
      ...attentionSizes(config),
    };
  } catch (cause) {
    throw unreadableConfig(path, cause);
  }
}

/**
 * The fields of a config.json. Fields of the text part, if there is one, override the outer ones.
 *
 * @throws {SaeLabError} `model.unreadable-config`
 */
export async function readTextConfig(path: string): Promise<JsonObject> {
  try {
    return textPart(requireObject(parsePythonJson(await readText(path))));
  } catch (cause) {
    throw unreadableConfig(path, cause);
  }
}

/** @throws {Error} if the value is not a JSON object */
export function requireObject(value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw new Error(`${describeValue(value)} is not a JSON object`);
}

function textPart(config: JsonObject): JsonObject {
  const inner = TEXT_PART.map((key) => config[key]).find(isObject);
  if (inner === undefined) return config;
  const given = Object.entries(textPart(inner)).filter(([, value]) => value !== null);
  return { ...config, ...Object.fromEntries(given) };
}

function modelType({ model_type: type }: JsonObject): string {
  if (typeof type === 'string') return type;
  throw new Error(`model_type is ${describeValue(type)}`);
}

function layers(config: JsonObject): number {
  const key = LAYERS.find((name) => (config[name] ?? null) !== null);
  if (key === undefined) throw new Error(`it has none of ${LAYERS.join(', ')}`);
  const value = config[key];
  if (isLength(value) && value <= MOST_LAYERS) return value;
  throw new Error(`${key} is ${describeValue(value)}, not an integer from 1 to ${MOST_LAYERS}`);
}

function attentionSizes(config: JsonObject): Pick<ModelConfig, 'heads' | 'keyValueHeads' | 'headSize'> {
  const heads = firstLength(config, HEADS);
  const width = firstLength(config, WIDTH);
  const size = heads === undefined || width === undefined ? undefined : width / heads;
  return {
    heads,
    keyValueHeads: firstLength(config, ['num_key_value_heads']) ?? heads,
    headSize: firstLength(config, ['head_dim']) ?? (Number.isInteger(size) ? size : undefined),
  };
}

/** The first of these fields that is a positive integer. */
function firstLength(config: JsonObject, keys: readonly string[]): number | undefined {
  return keys.map((key) => config[key]).find(isLength);
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function unreadableConfig(path: string, cause: unknown): SaeLabError {
  return new SaeLabError('model.unreadable-config', {
    problem: `not the config of a language model: ${(cause as Error).message}`,
    field: path,
    expected: 'JSON with model_type and the number of layers',
    fix: "Download or export the model's config.json again.",
    cause,
  });
}
