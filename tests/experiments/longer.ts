import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Long enough to be interrupted several times, each time after a worker told its step. */
export default defineSweep({
  ...tiny,
  name: 'longer',
  variants: [topk({ k: [4, 8] })],
  training: { ...tiny.training, steps: 2000 },
});
