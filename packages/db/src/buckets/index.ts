/**
 * Buckets of curves: pure, so that browsers add new points to them as the server would.
 */
export { bucketSize, coarser, fill, type CurveBucket, type Points } from './curve-buckets.ts';
