/** Builds the ONNX graph of a language model from its config.json and its weights in safetensors. */
export { SUPPORTED_MODEL_TYPES } from './architectures/registry.ts';
export { describeGraph, type GraphDescription } from './describe-graph.ts';
export { shardsNeeded } from './shards-needed.ts';
export { BUILD_VERSION, weightFiles, writeGraph, type WrittenGraph } from './write-graph.ts';
export { INDEX, SINGLE } from './safetensors-checkpoint.ts';
