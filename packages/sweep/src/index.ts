export { choice, logUniform, uniform } from './definition/axes.ts';
export { defineSweep } from './definition/define-sweep.ts';
export { sae } from './definition/requests.ts';
export type { SweepDefinition, SweepInput } from './definition/sweep-input.ts';
