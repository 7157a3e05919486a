export type { ErrorInfo } from './codes/error-info.ts';
export { ERROR_CODES, type ErrorCode } from './error-codes.ts';
export { expectedName, nearest } from './nearest.ts';
export { SaeLabError, describeValue, type ErrorDetails } from './sae-lab-error.ts';
