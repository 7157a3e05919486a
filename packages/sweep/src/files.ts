export { checkFinishedFiles } from './run/finished-files.ts';
export { saePlace } from './run/sae-place.ts';
