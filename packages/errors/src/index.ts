export { SaeLabError, describeValue, type ErrorDetails } from './sae-lab-error.ts';
