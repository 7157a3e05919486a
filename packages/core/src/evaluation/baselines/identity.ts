import { z } from 'zod';
import { standardSae } from './standard-sae.ts';
import { defineBaseline } from './contract.ts';

/** Each dimension and its negative is a latent: W_enc = [I, −I], W_dec = [I; −I]. */
export const identity = defineBaseline({
  name: 'identity',
  version: 1,
  meaning: 'Reconstructs exactly: what a perfect SAE would reach. Two latents for each dimension.',
  settings: z.strictObject({}),
  width: (dIn) => 2 * dIn,
  async make({ store: { dIn } }) {
    const sae = standardSae(dIn, 2 * dIn);
    const { W_enc, W_dec } = sae.tensors;
    for (let i = 0; i < dIn; i++) {
      W_enc!.data[i * 2 * dIn + i] = 1;
      W_enc!.data[i * 2 * dIn + dIn + i] = -1;
      W_dec!.data[i * dIn + i] = 1;
      W_dec!.data[(dIn + i) * dIn + i] = -1;
    }
    return sae;
  },
});
