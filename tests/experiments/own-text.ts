import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Two SAEs of one model with feature data, which read texts and steer. */
export default defineSweep({
  ...tiny,
  name: 'own-text',
  hooks: ['blocks.1.hook_mlp_out', 'blocks.2.hook_resid_post'],
  variants: [topk({ k: 8 })],
  evaluation: { holdout: 0.2, also: [{ name: 'features', maxTokens: 4000 }] },
});
