import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Runs of a second or two for several machines, some of which wait while others train. */
export default defineSweep({
  ...tiny,
  name: 'machines',
  hooks: ['blocks.0.hook_mlp_out', 'blocks.1.hook_mlp_out'],
  variants: [topk({ k: [4, 8] })],
  seeds: [0, 1],
  // Curves have a point every two steps, so that checkpoints fall on and between points.
  training: { steps: 1000, batchSize: 64 },
});
