export { activations } from './activations.ts';
export type { JsonObject } from './columns.ts';
export { curveChunks } from './curves.ts';
export { artifacts, figures, histograms } from './results.ts';
export { runs, runStatus, type RunError, type RunStatus } from './runs.ts';
export { sweepRuns, sweeps, sweepStatus, type SweepStatus } from './sweeps.ts';
export { variants } from './variants.ts';
