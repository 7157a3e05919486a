import type { z } from 'zod';
import type { BaselineDefinition } from './contract.ts';
import { identity } from './identity.ts';
import { mean } from './mean.ts';
import { pca } from './pca.ts';
import { random } from './random.ts';
import { zero } from './zero.ts';

const REGISTERED = [identity, zero, mean, pca, random] as const satisfies readonly BaselineDefinition[];

/** Every baseline, in the order in which they are shown. */
export const BASELINES: readonly BaselineDefinition[] = REGISTERED;

type Registered = (typeof REGISTERED)[number];

/** How users ask for a baseline: by its name, or by its name with settings. */
export type BaselineRequest = {
  [Definition in Registered as Definition['name']]:
    | Definition['name']
    | ({ readonly name: Definition['name'] } & Partial<z.infer<Definition['settings']>>);
}[Registered['name']];
