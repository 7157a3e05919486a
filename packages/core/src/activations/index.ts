export {
  datasetSpecSchema,
  type DatasetSpec,
  type DatasetSpecInput,
} from './extraction/dataset/dataset-spec.ts';
export { readDocuments, type Document, type DocumentReader } from './extraction/dataset/documents.ts';
export { piecesOf, type Piece } from './extraction/dataset/pieces.ts';
export { extractActivations } from './extraction/extract.ts';
export { openActivationSession, type ActivationSession } from './extraction/model/activation-session.ts';
export { cutGraph, type CutGraph } from './extraction/model/cut-graph.ts';
export { resolveHooks, type Hook } from './extraction/model/hooks.ts';
export { openLanguageModel, type LanguageModel } from './extraction/model/language-model.ts';
export { type ModelConfig } from './extraction/model/model-config.ts';
export { type ModelGraph } from './extraction/model/model-graph.ts';
export { modelSourceSchema, type ModelFiles, type ModelSource } from './extraction/model/model-source.ts';
export { type TextTokenizer } from './extraction/model/text-tokenizer.ts';
export { planActivations, type ExtractionSpec } from './extraction/plan.ts';
export { type ExtractionProgress } from './store/progress.ts';
export {
  extractionSettingsSchema,
  type ExtractionSettings,
  type ExtractionSettingsInput,
} from './extraction/extraction-settings.ts';
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
export { SPLIT_SEED, type Split } from './store/holdout.ts';
export { type Verification } from './store/verify.ts';
export { planSynthesis, synthesizeActivations } from './synthetic/synthesize.ts';
export {
  syntheticSpecSchema,
  type SyntheticSpec,
  type SyntheticSpecInput,
} from './synthetic/synthetic-spec.ts';
export { trueDirections, truthOf, type TrueDirections } from './synthetic/true-directions.ts';
