import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** SAEs that differ in their seed, at two values of k, with what their latents do. */
export default defineSweep({
  ...tiny,
  name: 'seeds',
  variants: [topk({ k: [4, 16] })],
  seeds: [0, 1, 2],
  training: { steps: 60, batchSize: 256 },
  evaluation: { also: [{ name: 'features', maxTokens: 2000 }] },
});
