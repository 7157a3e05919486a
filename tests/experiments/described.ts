import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Two SAEs whose latents are described, and a reference: what readers of the API and exports of features need. */
export default defineSweep({
  ...tiny,
  name: 'described',
  variants: [topk({ k: [4, 8] })],
  baselines: ['mean'],
  evaluation: { holdout: 0.5, also: ['reconstruction', { name: 'features', top: 4, perBand: 2 }] },
});
