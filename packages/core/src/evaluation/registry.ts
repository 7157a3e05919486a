import type { EvaluationDefinition } from './contract.ts';
import { absorption } from './absorption/absorption.ts';
import { geometry } from './geometry/geometry.ts';
import { probing } from './probing/probing.ts';
import { truth } from './truth/truth.ts';

/** Every evaluation, in the order in which they run and are shown. */
export const EVALUATIONS: readonly EvaluationDefinition[] = [geometry, probing, absorption, truth];
