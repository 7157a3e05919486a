import type { EvaluationDefinition } from './contract.ts';
import { features } from './features/features.ts';

/** Every evaluation, in the order in which they run and are shown. */
export const EVALUATIONS: readonly EvaluationDefinition[] = [features];
