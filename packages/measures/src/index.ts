export { configurationsOf, type ConfiguredRun, type RunConfiguration } from './configurations.ts';
export { spreadOf, type Spread } from './spread.ts';
