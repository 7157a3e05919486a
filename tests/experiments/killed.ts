import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Many short runs over several shards, so that a kill always interrupts something. */
export default defineSweep({
  ...tiny,
  name: 'killed',
  hooks: ['blocks.0.hook_mlp_out', 'blocks.1.hook_mlp_out'],
  activations: { ...tiny.activations, shardRows: 256 },
  variants: [topk({ k: [4, 8] })],
  seeds: [0, 1],
  // Curves have a point every two steps, so that checkpoints fall on and between points.
  training: { steps: 1000, batchSize: 64 },
});
