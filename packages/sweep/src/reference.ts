/** What docs/reference.md is generated from. */
export { trainingSettings } from '@sae-lab/core';
export { command } from './cli/command.ts';
export { evaluateCommandLine } from './cli/evaluate-options.ts';
export { explainCommandLine } from './cli/explain-options.ts';
export { ingestCommand } from './cli/ingest-options.ts';
export { workerCommandLine } from './cli/worker-options.ts';
export { DISTRIBUTIONS } from './definition/axes.ts';
export { importedSweepSchema, modelSweepSchema, syntheticSweepSchema } from './definition/schema.ts';
