export { datasetSpecSchema, type DatasetSpec, type DatasetSpecInput } from './dataset/dataset-spec.ts';
export { readDocuments, type Document, type DocumentReader } from './dataset/documents.ts';
export { piecesOf, type Piece } from './dataset/pieces.ts';
export { extractActivations } from './extract.ts';
export { openActivationSession, type ActivationSession } from './model/activation-session.ts';
export { cutGraph, type CutGraph } from './model/cut-graph.ts';
export { resolveHooks, type Hook } from './model/hooks.ts';
export { openLanguageModel, type LanguageModel } from './model/language-model.ts';
export { type ModelConfig } from './model/model-config.ts';
export { type ModelGraph } from './model/model-graph.ts';
export { modelSourceSchema, type ModelFiles, type ModelSource } from './model/model-source.ts';
export { type TextTokenizer } from './model/text-tokenizer.ts';
export { planActivations, type ExtractionSpec } from './plan.ts';
export { type ExtractionProgress } from './progress.ts';
export {
  extractionSettingsSchema,
  type ExtractionSettings,
  type ExtractionSettingsInput,
} from './settings.ts';
export {
  openActivations,
  type ActivationStatistics,
  type ActivationStore,
  type SequentialBatch,
} from './store/activation-store.ts';
export { type BatchStream, type BatchStreamOptions, type StreamPosition } from './store/batch-stream.ts';
export { type ExtractionOptions } from './store/make-stores.ts';
export { type Manifest } from './store/manifest.ts';
export { type PlannedActivations } from './store/planned-store.ts';
export { SPLIT_SEED, type Split } from './store/split.ts';
export { type Verification } from './store/verify.ts';
export { planSynthesis, synthesizeActivations } from './synthetic/synthesize.ts';
export {
  syntheticSpecSchema,
  type SyntheticSpec,
  type SyntheticSpecInput,
} from './synthetic/synthetic-spec.ts';
export { trueDirections, truthOf, type TrueDirections } from './synthetic/true-directions.ts';
