import { z } from 'zod';
import { SPLIT_SEED } from '../../activations/index.ts';
import { defineBaseline } from './contract.ts';
import { principalComponents, principalComponentsSae } from './principal-components.ts';

/** Each component is a pair of latents, one for each sign, of which one is active: L0 is k. */
export const pca = defineBaseline({
  name: 'pca',
  version: 1,
  meaning: 'Projects on the first k principal components of the training activations.',
  settings: z.strictObject({
    k: z.int().positive().default(32).describe('Number of components, which is L0; at most dIn.'),
  }),
  width: (dIn, { k }) => 2 * Math.min(k, dIn),
  async make({ store, holdout, signal }, { k }) {
    const split = { holdout, seed: SPLIT_SEED, part: 'train' } as const;
    const batches = store.sequentialBatches({ batchSize: 4096, split });
    const components = await principalComponents(batches, store.dIn, signal);
    return principalComponentsSae(components, Math.min(k, store.dIn));
  },
});
