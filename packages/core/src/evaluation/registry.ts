import { ce } from './ce/ce.ts';
import type { EvaluationDefinition } from './contract.ts';

/** Every evaluation, in the order in which they run and are shown. */
export const EVALUATIONS: readonly EvaluationDefinition[] = [ce];
