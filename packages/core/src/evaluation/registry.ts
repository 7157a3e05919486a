import type { EvaluationDefinition } from './contract.ts';
import { geometry } from './geometry/geometry.ts';

/** Every evaluation, in the order in which they run and are shown. */
export const EVALUATIONS: readonly EvaluationDefinition[] = [geometry];
