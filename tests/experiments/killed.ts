import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Short runs in number, over activations in several shards: there is always something to be killed in. */
export default defineSweep({
  ...tiny,
  name: 'killed',
  hooks: ['blocks.0.hook_mlp_out', 'blocks.1.hook_mlp_out'],
  activations: { ...tiny.activations, shardRows: 256 },
  variants: [topk({ k: [4, 8] })],
  seeds: [0, 1],
  // Two steps between points of a curve, so that a checkpoint falls on either.
  training: { steps: 1000, batchSize: 64 },
});
