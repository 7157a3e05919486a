export { configurationsOf, type ConfiguredRun, type RunConfiguration } from './configurations.ts';
export { bytes, fixed, integer, NOTHING, percent, short, significant, type Format } from './number.ts';
export { spreadOf, type Spread } from './spread.ts';
