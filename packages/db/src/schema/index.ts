export { activations } from './activations.ts';
export type { JsonObject } from './columns.ts';
export { artifacts, evaluations, histograms } from './results.ts';
export { metricChunks, metricSummaries } from './curves.ts';
export { runs, runStatus, type RunError, type RunStatus } from './runs.ts';
export { sweepRuns, sweeps, sweepStatus } from './sweeps.ts';
export { variants } from './variants.ts';
