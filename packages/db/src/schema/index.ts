export { activations } from './activations.ts';
export type { JsonObject } from './columns.ts';
export { artifacts, evaluations, histograms } from './evaluations.ts';
export { metricChunks, metricSummaries } from './metrics.ts';
export { runs, runStatus, type RunError, type RunStatus } from './runs.ts';
export { sweepRuns, sweeps, sweepStatus, type SweepStatus } from './sweeps.ts';
export { variants } from './variants.ts';
