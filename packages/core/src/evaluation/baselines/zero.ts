import { z } from 'zod';
import { standardSae } from './standard-sae.ts';
import { defineBaseline } from './contract.ts';

/** A single latent that never fires, and no bias. */
export const zero = defineBaseline({
  name: 'zero',
  version: 1,
  meaning: 'Reconstructs every activation as 0.',
  settings: z.strictObject({}),
  width: () => 1,
  make: async ({ store: { dIn } }) => standardSae(dIn, 1),
});
