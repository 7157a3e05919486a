import type { z } from 'zod';
import type { EvaluationDefinition } from './contract.ts';
import { reconstruction } from './reconstruction/reconstruction.ts';

const REGISTERED = [reconstruction] as const satisfies readonly EvaluationDefinition[];

/** Every evaluation, in the order in which they run and are shown. */
export const EVALUATIONS: readonly EvaluationDefinition[] = REGISTERED;

type Registered = (typeof REGISTERED)[number];

/** How users ask for an evaluation: by its name, or by its name with settings. */
export type EvaluationRequest = {
  [Definition in Registered as Definition['name']]:
    | Definition['name']
    | ({ readonly name: Definition['name'] } & Partial<z.infer<Definition['settings']>>);
}[Registered['name']];
