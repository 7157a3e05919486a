import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Trains until it is cancelled. */
export default defineSweep({
  ...tiny,
  name: 'endless',
  variants: [topk({ k: [4, 8] })],
  training: { ...tiny.training, batchSize: 64, steps: 1_000_000 },
});
