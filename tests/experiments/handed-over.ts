import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Long enough to be interrupted, killed and continued elsewhere. */
export default defineSweep({
  ...tiny,
  name: 'handed-over',
  variants: [topk({ k: [4, 8] })],
  training: { ...tiny.training, batchSize: 64, steps: 1500 },
});
