export type { DownloadProgress } from '@sae-lab/hub';
export {
  datasetSpecSchema,
  type DatasetSpec,
  type DatasetSpecInput,
} from './extraction/dataset/dataset-spec.ts';
export { extractActivations } from './extraction/extract.ts';
export { dtypeSchema, type Dtype } from './extraction/model/graph-variants.ts';
export type { Hook } from './extraction/model/hooks.ts';
export { listHooks, type ListedHook } from './extraction/model/list-hooks.ts';
export { inRanges } from './extraction/model/in-ranges.ts';
export type { ModelSource } from './extraction/model/model-source.ts';
export { planActivations, type ExtractionSpec } from './extraction/plan.ts';
export type { ExtractionProgress } from './store/progress.ts';
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
export type { BatchStream, BatchStreamOptions } from './store/batch-stream.ts';
export type { StreamPosition } from './store/stream-position.ts';
export type { ExtractionOptions } from './store/make-stores.ts';
export type { Manifest } from './store/manifest.ts';
export { tryLock as tryLockFile, type StoreLock } from './store/store-lock.ts';
export { freeBytes } from './store/free-space.ts';
export { missingBytes, type PlannedActivations } from './store/planned-store.ts';
export { SPLIT_SEED, type Split } from './store/holdout.ts';
export { damagedBeforeUse, type Verification } from './store/verify.ts';
export {
  openStreamed,
  placeOf,
  STREAM_START,
  type StreamedWindows,
  type StreamPlace,
} from './stream/streamed-windows.ts';
export {
  streamActivations,
  type ActivationStream,
  type StreamSettings,
} from './stream/stream-activations.ts';
export { streamBytes } from './stream/ring-size.ts';
export { readRing } from './stream/ring-files.ts';
export { importActivations, planImport } from './imported/import-activations.ts';
export { importedSpecSchema, type ImportedSpec, type ImportedSpecInput } from './imported/imported-spec.ts';
export { planSynthesis, synthesizeActivations } from './synthetic/synthesize.ts';
export {
  syntheticSpecSchema,
  type SyntheticSpec,
  type SyntheticSpecInput,
} from './synthetic/synthetic-spec.ts';
