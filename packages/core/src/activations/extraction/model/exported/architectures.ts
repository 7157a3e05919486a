/** Where exporters put the modules of each architecture. */

/** Module paths of a layer, each with alternatives. */
export interface LayerModules {
  /** The list of layers, such as `model.layers`. */
  readonly layers: readonly string[];
  /** One projection for queries, keys and values, and how it orders them. */
  readonly packed: { readonly module: readonly string[]; readonly order: 'by kind' | 'by head' };
  /** Separate projections, in the order of query, key and value. */
  readonly separate: readonly (readonly string[])[];
  readonly attentionOut: readonly string[];
  /** The projection before the activation function. */
  readonly mlpIn: string;
  /** The other factor of a gated MLP. */
  readonly mlpUp?: string;
  readonly mlpOut: string;
}

// transformers' names, and those of the builder of onnxruntime-genai (`attn`).
const ATTENTION = ['self_attn', 'attn'];

const GATED: LayerModules = {
  layers: ['model.layers', 'layers', 'language_model.model.layers', 'model.language_model.layers'],
  packed: { module: ATTENTION.map((path) => `${path}.qkv_proj`), order: 'by kind' },
  separate: ['q', 'k', 'v'].map((name) => ATTENTION.map((path) => `${path}.${name}_proj`)),
  attentionOut: ATTENTION.map((path) => `${path}.o_proj`),
  mlpIn: 'mlp.gate_proj',
  mlpUp: 'mlp.up_proj',
  mlpOut: 'mlp.down_proj',
};

const GPT2: LayerModules = {
  layers: ['transformer.h', 'h'],
  packed: { module: ['attn.c_attn'], order: 'by kind' },
  separate: [],
  attentionOut: ['attn.c_proj'],
  mlpIn: 'mlp.c_fc',
  mlpOut: 'mlp.c_proj',
};

const GPT_NEOX: LayerModules = {
  layers: ['gpt_neox.layers', 'layers'],
  packed: { module: ['attention.query_key_value'], order: 'by head' },
  separate: [],
  attentionOut: ['attention.dense'],
  mlpIn: 'mlp.dense_h_to_4h',
  mlpOut: 'mlp.dense_4h_to_h',
};

const BY_MODEL_TYPE: Readonly<Record<string, LayerModules>> = {
  gpt_neox: GPT_NEOX,
  gpt2: GPT2,
  llama: GATED,
  mistral: GATED,
  qwen2: GATED,
  qwen3: GATED,
  gemma2: GATED,
  gemma3_text: GATED,
  gemma3: GATED,
};

/** Architectures whose exported graphs have TransformerLens names, by `model_type` in config.json. */
export const NAMED_MODEL_TYPES = Object.keys(BY_MODEL_TYPE);

export function modulesOf(modelType: string): LayerModules | undefined {
  return Object.hasOwn(BY_MODEL_TYPE, modelType) ? BY_MODEL_TYPE[modelType] : undefined;
}
