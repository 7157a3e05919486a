export { SaeLabError, describeValue, type ErrorDetails } from './sae-lab-error.ts';
export { expectedName, nearest } from './nearest.ts';
