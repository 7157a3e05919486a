import type { z } from 'zod';
import { ce } from './ce/ce.ts';
import type { EvaluationDefinition } from './contract.ts';
import { absorption } from './absorption/absorption.ts';
import { features } from './features/features.ts';
import { geometry } from './geometry/geometry.ts';
import { probing } from './probing/probing.ts';
import { reconstruction } from './reconstruction/reconstruction.ts';
import { truth } from './truth/truth.ts';

const REGISTERED = [
  reconstruction,
  ce,
  geometry,
  probing,
  absorption,
  features,
  truth,
] as const satisfies readonly EvaluationDefinition[];

/** Every evaluation, in the order in which they run and are shown. */
export const EVALUATIONS: readonly EvaluationDefinition[] = REGISTERED;

type Registered = (typeof REGISTERED)[number];

/** How users ask for an evaluation: by its name, or by its name with settings. */
export type EvaluationRequest = {
  [Definition in Registered as Definition['name']]:
    | Definition['name']
    | ({ readonly name: Definition['name'] } & Partial<z.infer<Definition['settings']>>);
}[Registered['name']];
