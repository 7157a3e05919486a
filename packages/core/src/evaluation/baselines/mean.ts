import { z } from 'zod';
import { SPLIT_SEED } from '../../activations/index.ts';
import { standardSae } from './standard-sae.ts';
import { defineBaseline } from './contract.ts';

/** A single latent that never fires; b_dec is the mean of the training rows. */
export const mean = defineBaseline({
  name: 'mean',
  version: 1,
  meaning: 'Reconstructs every activation as the mean of the training activations.',
  settings: z.strictObject({}),
  width: () => 1,
  async make({ store, holdout, signal }) {
    const statistics = await store.statistics({ holdout, seed: SPLIT_SEED, part: 'train' }, signal);
    const sae = standardSae(store.dIn, 1);
    sae.tensors['b_dec']!.data.set(statistics.mean);
    return sae;
  },
});
