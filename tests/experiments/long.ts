import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Long enough to be interrupted while it trains. */
export default defineSweep({
  ...tiny,
  name: 'long',
  variants: [topk({ k: [4, 8] })],
  training: { ...tiny.training, steps: 300 },
});
