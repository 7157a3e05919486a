import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

export default defineSweep({
  ...tiny,
  name: 'two names of one hook',
  hooks: ['blocks.1.hook_resid_pre', 'blocks.0.hook_resid_post'],
  variants: [topk({ k: 4 })],
});
